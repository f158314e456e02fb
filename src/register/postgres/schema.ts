/**
 * The protected resource as a table, and what was done to it. `resource.lock_token` is the highest token presented, and
 * the check is in the UPDATE itself: whoever waits for another's row lock is looked at again when it has it.
 *
 * `log` is written in the same transaction, in the order of the commits: `log_end` is one row, which a transaction
 * numbers its entry by and keeps locked until its end.
 */
export const REGISTER_SCHEMA = `
CREATE SCHEMA register;

CREATE TABLE register.rules (fencing text NOT NULL, guard text, change jsonb NOT NULL);

CREATE TABLE register.resource (
  lock text PRIMARY KEY,
  value jsonb NOT NULL,
  version integer NOT NULL DEFAULT 0,
  lock_token numeric NOT NULL DEFAULT -1,
  holder text
);

CREATE TABLE register.log_end (n bigint NOT NULL);
INSERT INTO register.log_end VALUES (0);
CREATE TABLE register.log (n bigint PRIMARY KEY, event jsonb NOT NULL);

-- What was asked for under a name, and what became of it: asked for again, it is answered and not done again.
CREATE TABLE register.done (id text PRIMARY KEY, answer jsonb);

CREATE TABLE register.queue (n bigserial PRIMARY KEY, request jsonb NOT NULL);

-- The value after a change by one element; null: it cannot be.
CREATE FUNCTION register.changed(value jsonb, element jsonb, change jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE change->>'kind'
    WHEN 'append' THEN value || jsonb_build_array(element)
    WHEN 'add' THEN (
      SELECT to_jsonb(sum)
      FROM (SELECT value::numeric +
        CASE change->>'by' WHEN 'element' THEN (element#>>'{}')::numeric ELSE (change->>'by')::numeric END AS sum) AS sums
      WHERE sum >= coalesce((change->>'min')::numeric, sum) AND sum <= coalesce((change->>'max')::numeric, sum)
    )
  END
$$;

CREATE FUNCTION register.note(q jsonb, answer jsonb, parent integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  place bigint;
BEGIN
  UPDATE register.log_end SET n = n + 1 RETURNING n INTO place;
  INSERT INTO register.log VALUES (place, jsonb_strip_nulls(jsonb_build_object(
    'type', CASE WHEN (answer->>'applied')::boolean THEN 'ok' ELSE 'fail' END,
    'f', q->'f', 'lock', q->'lock', 'client', q->'client', 'by', q->'by', 'grant', q->'grant', 'token', q->'token',
    'version', answer->'version', 'parent', parent, 'id', q->'id', 'final', q->'final', 'error', answer->'error',
    'sent', q->'sent')));
END
$$;

CREATE FUNCTION register.read(q jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  rule register.rules;
  cell register.resource;
  token numeric := (q->>'token')::numeric;
  answer jsonb;
BEGIN
  SELECT * INTO rule FROM register.rules;
  UPDATE register.resource SET
    lock_token = CASE rule.fencing WHEN 'on' THEN greatest(lock_token, token) ELSE lock_token END,
    holder = CASE rule.fencing WHEN 'identity' THEN coalesce(q->>'owner', holder) ELSE holder END
  WHERE lock = q->>'lock' AND (rule.fencing <> 'on' OR token IS NULL OR lock_token <= token)
  RETURNING * INTO cell;
  IF FOUND THEN
    answer := jsonb_build_object('applied', true, 'version', cell.version, 'value', cell.value);
  ELSE
    SELECT * INTO cell FROM register.resource WHERE lock = q->>'lock';
    answer := jsonb_build_object('applied', false, 'version', cell.version, 'error', 'fenced');
  END IF;
  PERFORM register.note(q, answer, null);
  RETURN answer;
END
$$;

CREATE FUNCTION register.write(q jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  rule register.rules;
  cell register.resource;
  token numeric := (q->>'token')::numeric;
  said jsonb;
  parent integer := (q->>'parent')::integer;
BEGIN
  SELECT * INTO rule FROM register.rules;
  IF rule.guard IN ('queue', 'idempotent') THEN
    INSERT INTO register.done VALUES (q->>'id', null) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      RETURN (SELECT done.answer FROM register.done WHERE id = q->>'id');
    END IF;
    UPDATE register.resource SET version = version + 1, value = register.changed(value, q->'element', rule.change)
    WHERE lock = q->>'lock' AND register.changed(value, q->'element', rule.change) IS NOT NULL
    RETURNING * INTO cell;
    parent := cell.version - 1;
  ELSE
    UPDATE register.resource SET version = version + 1, value = q->'value',
      lock_token = CASE WHEN rule.fencing IN ('on', 'writes') THEN token ELSE lock_token END
    WHERE lock = q->>'lock'
      AND (rule.guard IS DISTINCT FROM 'version' OR version = parent)
      AND CASE rule.fencing
        WHEN 'off' THEN true
        WHEN 'identity' THEN holder = q->>'owner'
        ELSE lock_token <= token
      END
    RETURNING * INTO cell;
  END IF;
  IF cell.lock IS NOT NULL THEN
    said := jsonb_build_object('applied', true, 'version', cell.version);
  ELSE
    SELECT * INTO cell FROM register.resource WHERE lock = q->>'lock';
    said := jsonb_build_object('applied', false, 'version', cell.version, 'error',
      CASE WHEN rule.guard IS NULL THEN 'fenced' WHEN rule.guard = 'version' THEN 'outdated' ELSE 'impossible' END);
  END IF;
  PERFORM register.note(q, said, parent);
  IF rule.guard IN ('queue', 'idempotent') THEN
    UPDATE register.done SET answer = said WHERE id = q->>'id';
  END IF;
  RETURN said;
END
$$;

-- The single writer's part: what waits longest is done first. How much was done.
CREATE FUNCTION register.work() RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  item register.queue;
  worked integer := 0;
BEGIN
  FOR item IN SELECT * FROM register.queue ORDER BY n LIMIT 50 LOOP
    PERFORM register.write(item.request);
    DELETE FROM register.queue WHERE n = item.n;
    worked := worked + 1;
  END LOOP;
  RETURN worked;
END
$$;
`;
