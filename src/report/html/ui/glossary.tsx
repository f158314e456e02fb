/** The words of this page, as README and docs/how-it-decides.md use them. */
const WORDS: readonly (readonly [word: string, meaning: string])[] = [
  ["c1, n1", "a client, a server: each a process of its own, on a host of its own"],
  ["process 3", "one life of a client: a client that lost track of an answer goes on as a new process"],
  ["register", "what the lock protects: a value that clients read, change and write back"],
  ["version", "the register's value after a write: each write says from which version it was computed"],
  ["acknowledged", "the client that asked for it was told that it was done"],
  ["grant", "the lock, as one client had it once"],
  ["holder", "a client that believes that it holds the lock, rightly or not"],
  ["lease", "how long a grant is good, unless it is renewed (its TTL)"],
  ["challenged", "a grant that was put to the test: outlived, ended, or held while a server failed"],
  ["token", "a number that comes with a grant and rises with each"],
  ["fence", "the register refuses whoever comes with a lower token than it has seen"],
  ["trusting, checking", "a holder that never looks at its lease again; one that looks before each write"],
  ["workload", "what clients do while they hold the lock"],
  ["verified", "the fault was seen to be in effect"],
];

export function Glossary() {
  return (
    <details class="glossary">
      <summary>What the words mean</summary>
      <dl class="pairs">
        {WORDS.map(([word, meaning]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
