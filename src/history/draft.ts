import { F, NIL } from "./columns.js";

/** What an event says of an operation, in codes of its history. One is filled again and again: no object per event. */
export interface Draft {
  /** One of {@link TYPE}. */
  type: number;
  /** A name. */
  process: number;
  /** A name, or {@link UNSAID}. */
  owner: number;
  /** Place in the operations. */
  f: number;
  /** A value: the lock or key. NIL: none. */
  key: number;
  value: number;
  extra: number;
  token: number;
  /** ns, or NaN. */
  time: number;
  /** Refused because the lock was held. */
  held: boolean;
}

export const TYPE = { invoke: 0, ok: 1, fail: 2, info: 3 } as const;
export type TypeWord = keyof typeof TYPE;
export const isTypeWord = (word: unknown): word is TypeWord =>
  typeof word === "string" && Object.hasOwn(TYPE, word);

/** No owner is named. */
export const UNSAID = -(2 ** 31);

export const createDraft = (): Draft => clear({} as Draft);

export function clear(draft: Draft): Draft {
  draft.type = TYPE.invoke;
  draft.process = 0;
  draft.owner = UNSAID;
  draft.f = F.read;
  draft.key = NIL;
  draft.value = NIL;
  draft.extra = NIL;
  draft.token = NIL;
  draft.time = Number.NaN;
  draft.held = false;
  return draft;
}
