/**
 * What the recipes keep in the database: made once, before the server's first start. An empty line ends each statement, as
 * `postgres --single -j` has it.
 */
export const SCHEMA = `
CREATE SEQUENCE lock_token;

CREATE TABLE lock_row (name text PRIMARY KEY);

CREATE TABLE lock_held (name text PRIMARY KEY, owner text NOT NULL);

CREATE TABLE lock_lease (
  name text PRIMARY KEY,
  token bigint NOT NULL,
  expires timestamptz NOT NULL
);

`;
