// Whom the centre has to dial, of the calls by hand that escalation wants.
import { createRequire } from "node:module";
import test from "node:test";
import assert from "node:assert/strict";

const calls = createRequire(import.meta.url)("../../assets/ledger-calls.js");
const ORDER = { id: "o", state: "running" };
const a_call = (person, state, more = {}) => ({ id: `o/p/${person}/call`, order: "o", post: "p", person, channel: "call", address: "110", state, wanted_at: "2026-11-24T06:30:00Z", ...more });
const of = (...some) => calls.by_post(Object.fromEntries(some.map((one) => [one.id, one])), ORDER);
const line = (more = {}) => ({ post: "p", state: "sent", acknowledged_at: null, ...more });

test("of two who are to be dialled it is the one further up the ladder, and before those without an answer", () => {
  const later = { wanted_at: "2026-11-24T06:30:20Z" };
  assert.equal(calls.next(ORDER, line(), of(a_call("duty", "waiting"), a_call("deputy", "waiting", later))).person, "deputy");
  assert.equal(calls.next(ORDER, line(), of(a_call("duty", "waiting"), a_call("deputy", "failed", later))).person, "duty");
});

test("nobody is dialled for a post that has confirmed, nor once the order has ended", () => {
  const some = of(a_call("duty", "waiting"));
  assert.equal(calls.next(ORDER, line({ acknowledged_at: "2026-11-24T06:30:09Z" }), some), null);
  assert.equal(calls.next({ ...ORDER, state: "closed" }, line(), some), null);
  assert.equal(calls.next(ORDER, line({ state: "withdrawn" }), some), null);
  assert.deepEqual(calls.to_dial(ORDER, [line(), line({ post: "q" })], some).map((one) => one.post), ["p"]);
});

test("a message over another channel, one of another order, or a call without a number is none to dial", () => {
  const some = of(a_call("a", "waiting", { channel: "sms" }), a_call("b", "waiting", { order: "x" }), a_call("c", "failed", { address: "" }));
  assert.equal(calls.next(ORDER, line(), some), null);
});

test("whoever was reached by telephone need not be dialled, but has not confirmed for it", () => {
  const some = of(a_call("duty", "delivered"));
  assert.equal(calls.next(ORDER, line(), some).state, "delivered");
  assert.deepEqual(calls.to_dial(ORDER, [line()], some), []);
});
