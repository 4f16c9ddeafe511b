// Timers that a test moves by hand; node's own differ from one version to the next.

// Returns tick(ms): what falls due meanwhile happens, in its order.
export function by_hand(t) {
  const real = { setTimeout, clearTimeout }, waiting = new Map();
  let now = 0, last = 0;
  Object.assign(globalThis, {
    setTimeout: (act, ms = 0, ...given) => { waiting.set(++last, { at: now + ms, act: () => act(...given) }); return last; },
    clearTimeout: (id) => { waiting.delete(id); },
  });
  t.after(() => Object.assign(globalThis, real));
  const next = (end) => [...waiting].filter(([, one]) => one.at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
  return (ms) => {
    const end = now + ms;
    for (let due = next(end); due; due = next(end)) {
      const [id, one] = due;
      waiting.delete(id);
      now = one.at;
      one.act();
    }
    now = end;
  };
}
