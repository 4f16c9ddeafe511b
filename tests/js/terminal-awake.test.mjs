// The terminal's screen stays on while an order waits, and may sleep again after it.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { beforeEach, test } from "node:test";

const load = createRequire(import.meta.url), place = load.resolve("../../assets/terminal-sound.js");
const give = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
const settled = () => new Promise((done) => setImmediate(done));
let awake, locks, refuses;
const held = () => locks.filter((lock) => !lock.released).length;

beforeEach(() => {
  [locks, refuses] = [[], false];
  give("document", { hidden: false });
  give("navigator", { wakeLock: { async request(kind) {
    assert.equal(kind, "screen");
    if (refuses) throw new Error("the battery is low");
    const lock = { released: false, async release() { lock.released = true; } };
    locks.push(lock);
    return lock;
  } } });
  delete load.cache[place];
  load(place);
  awake = globalThis.zhongshu.terminalAwake;
});

test("the screen is kept on when an order opens, once however often the page is painted, and let go at its end", async () => {
  await awake.want(false);
  assert.equal(locks.length, 0);
  awake.want(true);
  awake.want(true);
  await settled();
  await awake.want(true);
  assert.deepEqual([locks.length, held()], [1, 1]);
  await awake.want(false);
  assert.equal(held(), 0);
});

test("an order that ends before the browser has answered leaves no screen on", async () => {
  awake.want(true);
  awake.want(false);
  await settled();
  assert.deepEqual([locks.length, held()], [1, 0]);
});

test("a hidden page does not ask; a browser lets go of the screen when it hides one, and it is asked again in sight", async () => {
  await awake.want(true);
  document.hidden = true;
  locks[0].released = true;
  await awake.want(true);
  assert.equal(locks.length, 1);
  document.hidden = false;
  await awake.again();
  assert.deepEqual([locks.length, held()], [2, 1]);
  await awake.want(false);
  await awake.again();
  assert.deepEqual([locks.length, held()], [2, 0]);
});

test("a refused screen is asked for again, and a browser that knows no such thing is left alone", async () => {
  refuses = true;
  await awake.want(true);
  refuses = false;
  await awake.want(true);
  assert.equal(held(), 1);
  give("navigator", {});
  await awake.want(true);
});
