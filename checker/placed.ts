import type { History } from "../src/history/history.js";

/** A history that was made by hand may lack the places by which findings name events. */
export function placed(history: History): History {
  const { events } = history;
  if (events.every((event, index) => event.index === index)) return history;
  return { ...history, events: events.map((event, index) => ({ ...event, index })) };
}
