// Rows of the live link: the newer version wins, whatever order they arrive in.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.rows = (() => {
  const empty = () => ({ case: {}, order: {}, line: {}, post: {} });

  // Puts `row` into `rows` ({kind: {id: row}}) unless a version as new is there. Answers whether it did.
  function upsert(rows, row) {
    const same = rows[row.kind] = rows[row.kind] || {};
    if (same[row.id] && same[row.id].version >= row.version) return false;
    same[row.id] = row;
    return true;
  }

  const last_moved = (row) => Date.parse(row.closed_at || row.finished_at || row.filed_at || row.reported_at);
  const newest = (cases, n) => Object.values(cases).sort((a, b) => last_moved(b) - last_moved(a)).slice(0, n);
  const ended = (order) => order.state !== "running";
  const began = (order) => Date.parse(order.issued_at);

  // Forgets cases reported more than `keep_ms` before `now_ms` of city time, except the few newest the feed shows,
  // all ended orders but the newest ones and the one that an officer put there, and the lines of orders that are gone.
  function prune(rows, { now_ms, keep_ms = 20 * 60000, few = 8, orders = 4 }) {
    const shown = new Set(newest(rows.case, few).map((row) => row.id));
    for (const row of Object.values(rows.case)) {
      if (!shown.has(row.id) && now_ms - Date.parse(row.reported_at) > keep_ms) delete rows.case[row.id];
    }
    const { shows, about } = (rows.scene || {}).wall || {}, put = shows === "order" ? about : null;
    Object.values(rows.order).filter((order) => ended(order) && order.id !== put).sort((a, b) => began(b) - began(a)).slice(orders).forEach((order) => delete rows.order[order.id]);
    for (const of_order of [rows.line, rows.step || {}]) for (const [id, row] of Object.entries(of_order)) if (!rows.order[row.order]) delete of_order[id];
  }

  return { empty, upsert, prune, newest, last_moved };
})();

if (typeof module !== "undefined") module.exports = zhongshu.rows;
