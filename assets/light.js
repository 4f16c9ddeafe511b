// The light above the map: cases as pulses, embers and runs; an order as a wave, lit townships and runs home.
// It draws while something moves, keeps the last picture otherwise, and shows nothing without a link but cold points.
(function (root) {
  const zhongshu = (root.zhongshu = root.zhongshu || {});
  const rules = zhongshu.lightRules;
  const paint = zhongshu.lightPaint;

  const FRESH = 60; // a case older than this in city seconds glows, but pulses no more
  const ORDER_FRESH = 10; // an order older than this in seconds is not sent out again as a wave
  const COOLS_EVERY = 10000;

  const light = { scene: "overview", linked: true, pulses: [], runs: [], embers: [], known: new Set(), order: null, lines: new Map() };
  const { screen, context, cleared, colours, brush, attach } = zhongshu.lightScreen;

  const now = () => performance.now() / 1000;
  const moves = () => !document.hidden && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = () => zhongshu.map;
  const vitals = () => (zhongshu.live && zhongshu.live.state && zhongshu.live.state.vitals) || {};
  const speed = () => vitals().speed || 1;
  const orderBrush = () => brush(light.order ? light.order.mode : "live");

  // ---- what stands still: kept in a picture of its own, added to cell by cell

  const isAsked = (code) => light.lines.has(code);
  const lightAt = (code) => (light.lines.get(code) || { light: "undelivered" }).light;

  const CELLS = {
    confirmed: (c, cell, b) => paint.litCell(c, cell, b),
    delivered: (c, cell, b) => paint.deliveredCell(c, cell, b),
    need: (c, cell, b) => paint.needCell(c, cell, b.colours.need),
    cannot: (c, cell, b) => paint.needCell(c, cell, b.colours.cannot),
    undelivered: () => {},
  };

  function drawCell(c, cell) {
    paint.groundCell(c, cell, { ...orderBrush(), asked: isAsked(cell.code) });
    CELLS[lightAt(cell.code)](c, cell, orderBrush());
  }

  function drawSeams(c) {
    if (!screen.geometry.seams) return;
    c.globalCompositeOperation = "source-over";
    c.strokeStyle = colours("live").seamLine;
    c.lineWidth = 0.13 * screen.rem;
    c.lineJoin = "round";
    c.stroke(screen.geometry.seams);
    c.globalCompositeOperation = "lighter";
  }

  function drawGrids(c) {
    screen.geometry.grids.filter((grid) => isAsked(grid.code)).forEach((grid) => paint.grid(c, grid.at, { ...orderBrush(), state: lightAt(grid.code) }));
  }

  function drawOrderStill(c) {
    screen.geometry.cells.forEach((cell) => drawCell(c, cell));
    drawGrids(c);
  }

  const emberAge = (ember, at) => (at - ember.at) * ember.speed;

  function drawEmber(c, ember, at) {
    const place = zhongshu.lightGeometry.placeOf(ember.row, map(), screen.geometry);
    const warm = rules.warmth(emberAge(ember, at));
    if (!place || warm <= 0) return;
    if (light.linked) paint.ember(c, place, warm, brush("live"));
    else paint.coldEmber(c, place, brush("live"));
  }

  function redrawStill(at) {
    const c = cleared(screen.still);
    if (light.scene === "order") drawOrderStill(c);
    else light.embers.forEach((ember) => drawEmber(c, ember, at));
    screen.stale = false;
  }

  // ---- what moves

  const flashing = (at) => [...light.lines].filter(([, line]) => line.light === "confirmed" && rules.flash(at - line.at) > 0.01);
  const waveProgress = (at) => (light.waveAt === undefined ? null : rules.progress({ at: light.waveAt }, at, rules.WAVE));

  function drawFlashes(c, at) {
    flashing(at).forEach(([code, line]) => {
      const cell = screen.geometry.byCode.get(code);
      if (cell) paint.flashCell(c, cell, rules.flash(at - line.at), orderBrush());
    });
  }

  function drawWave(c, at) {
    const p = waveProgress(at);
    if (p !== null) paint.wave(c, screen.geometry.hub, p, { ...orderBrush(), reach: screen.geometry.reach, city: screen.geometry.city });
  }

  function drawPulse(c, motion, at) {
    const p = rules.progress(motion, at, rules.PULSE);
    const cell = motion.merged ? screen.geometry.byCode.get(motion.township) : null;
    const place = cell ? [cell.x, cell.y] : zhongshu.lightGeometry.placeOf(motion.row, map(), screen.geometry);
    if (p !== null && place) paint.pulse(c, place, p, { ...brush(motion.mode), motion });
  }

  function runShape(motion, p) {
    const home = motion.home;
    const head = rules.easeInOut(home ? 0.25 + 0.75 * p : p);
    const shape = { p: head, tail: home ? 0.5 : 0.42, width: (home ? 0.3 : 0.24) * Math.min(2, rules.size(motion)) };
    return { ...shape, bend: rules.bend(motion.township) * (home ? 0.6 : 1), ...brush(motion.mode) };
  }

  function drawRun(c, motion, at) {
    const p = rules.progress(motion, at, motion.lasts);
    const from = p === null ? null : zhongshu.lightGeometry.placeOf(motion.row, map(), screen.geometry);
    if (from) paint.run(c, from, screen.geometry.hub, runShape(motion, p));
  }

  function dropFinished(at) {
    light.pulses = rules.without(light.pulses, at, rules.PULSE);
    light.runs = light.runs.filter((run) => at - run.at < run.lasts);
    const cooled = light.embers.filter((ember) => emberAge(ember, at) < rules.COOLING);
    if (cooled.length === light.embers.length) return;
    light.embers = cooled;
    light.known = new Set(cooled.map((ember) => ember.row.id));
  }

  const isMoving = (at) => light.pulses.length > 0 || light.runs.length > 0 || flashing(at).length > 0 || waveProgress(at) !== null;

  function drawMoving(c, at) {
    if (light.scene === "order") drawFlashes(c, at);
    drawWave(c, at);
    const own = (motion) => light.scene === "order" ? motion.order : true;
    light.pulses.filter(own).forEach((pulse) => drawPulse(c, pulse, at));
    light.runs.filter(own).forEach((run) => drawRun(c, run, at));
  }

  function draw(at) {
    if (screen.stale) redrawStill(at);
    const c = cleared(screen.canvas);
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.globalAlpha = light.linked || light.scene === "overview" ? 1 : 0.38;
    c.drawImage(screen.still, 0, 0);
    context(screen.canvas);
    if (light.scene === "order") drawSeams(c);
    if (!light.linked) return;
    drawMoving(c, at);
    if (light.scene === "overview" || light.order) paint.hub(c, screen.geometry.hub, light.scene === "order" ? orderBrush() : brush("live"));
  }

  function frame() {
    screen.asked = 0;
    if (!attach()) return;
    const at = now();
    dropFinished(at);
    draw(at);
    if (isMoving(at)) wake();
  }

  // One frame at most is asked for at a time, and none while the picture stands still.
  function wake() {
    if (!screen.asked) screen.asked = requestAnimationFrame(frame);
  }

  function coolOn() {
    screen.cooling = 0;
    if (!light.embers.length) return;
    screen.stale = screen.stale || light.scene === "overview";
    wake();
    cool();
  }

  function cool() {
    if (!screen.cooling) screen.cooling = setTimeout(coolOn, Math.max(1000, COOLS_EVERY / speed()));
  }

  // The still picture is added to where it stands, unless it has to be made again anyway.
  function touch(drawn) {
    if (!screen.stale && screen.geometry && screen.still) drawn(context(screen.still));
    wake();
  }

  // ---- cases

  const ageOf = (time) => (vitals().at && time ? Math.max(0, (Date.parse(vitals().at) - Date.parse(time)) / 1000) : 0);

  function pulseAt(row, at, more) {
    light.pulses = rules.addPulse(light.pulses, { row, township: row.township || row.id, at, mode: "live", ...more });
  }

  function caseReported(row) {
    const age = ageOf(row.reported_at);
    if (light.known.has(row.id) || age >= rules.COOLING) return;
    const ember = { row, at: now() - age / speed(), speed: speed() };
    light.known.add(row.id);
    light.embers = rules.addEmber(light.embers, ember);
    if (light.linked && moves() && age < FRESH * speed()) pulseAt(row, now());
    if (light.scene === "overview") touch((c) => drawEmber(c, ember, now()));
    cool();
  }

  function startRun(run) {
    const runs = rules.addRun(light.runs, run);
    if (runs === light.runs) pulseAt(run.row, now(), { weight: 2, mode: run.mode, order: run.order });
    light.runs = runs;
    wake();
  }

  // The run to the centre begins 1.2 s after the case's own pulse did.
  function caseFiled(row) {
    if (!light.linked || !moves() || ageOf(row.filed_at) >= FRESH * speed()) return;
    const pulse = light.pulses.find((p) => p.row.id === row.id);
    const at = pulse ? Math.max(now(), pulse.at + rules.FILED_AFTER) : now();
    startRun({ row, township: row.township || row.id, at, lasts: rules.RUN, mode: "live" });
  }

  // ---- the order

  const realMs = () => (zhongshu.live ? zhongshu.live.real_ms() : Date.now());
  const isNew = (order) => order.state === "running" && realMs() - Date.parse(order.issued_at) < ORDER_FRESH * 1000;

  function begin(order) {
    Object.assign(light, { order, lines: new Map(), waveAt: undefined });
    light.pulses = light.pulses.filter((pulse) => !pulse.order);
    light.runs = light.runs.filter((run) => !run.order);
    if (order && light.linked && moves() && isNew(order)) light.waveAt = now();
    screen.stale = true;
  }

  function comeHome(post) {
    startRun({ row: { id: post, township: post, district: post }, township: post, at: now(), lasts: rules.RUN_HOME, mode: light.order.mode, home: true, order: true });
  }

  function relight(code) {
    const cell = screen.geometry && screen.geometry.byCode.get(code);
    if (cell) return touch((c) => drawCell(c, cell));
    screen.stale = screen.stale || Boolean(screen.geometry && screen.geometry.grids.some((grid) => grid.code === code));
    wake();
  }

  function setLine(row, isCatchingUp) {
    if (!light.order || row.order !== light.order.id || lightAt(row.post) === rules.lightOf(row) && isAsked(row.post)) return;
    const shows = !isCatchingUp && light.linked && moves() && now() > (light.quietUntil || 0);
    light.lines.set(row.post, { light: rules.lightOf(row), at: shows ? now() : -rules.FLASH });
    relight(row.post);
    if (shows && rules.lightOf(row) === "confirmed") comeHome(row.post);
  }

  // Shows `order` (or none). The lines known when it is first shown are lit without a flash: they are not news.
  function setOrder(order, lines) {
    const isOther = (order && order.id) !== (light.order && light.order.id);
    if (isOther) begin(order || null);
    else if (order) light.order = order;
    Object.values(lines || {}).forEach((row) => setLine(row, isOther));
    if (isOther) wake();
  }

  function setScene(scene) {
    if (light.scene === scene) return;
    light.scene = scene;
    if (scene !== "order") delete document.getElementById("wall").dataset.mode; // the violet of a drill ends with its scene
    screen.stale = true;
    wake();
  }

  // The link is lost: nothing that moves may pass for news.
  function stop() {
    if (!light.linked) return;
    Object.assign(light, { linked: false, pulses: [], runs: [], waveAt: undefined });
    screen.stale = true;
    wake();
  }

  // The link is back: what changed meanwhile is caught up with, not acted out.
  function start() {
    if (light.linked) return;
    Object.assign(light, { linked: true, quietUntil: now() + 1 });
    screen.stale = true;
    wake();
  }

  function redraw() {
    screen.stale = true;
    wake();
  }

  zhongshu.light = { caseReported, caseFiled, setScene, setOrder, line: (row) => setLine(row, false), stop, start, redraw };
})(globalThis);
