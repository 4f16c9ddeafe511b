// The order scene: one order told in front of the room. What it says, how long each tier takes, who is silent.
(function (root) {
  const zhongshu = (root.zhongshu = root.zhongshu || {});
  const model = zhongshu.orderModel;
  const parts = zhongshu.orderParts;

  const scene = { state: null, posts: null, city: null, numbers: null, timer: 0, drawn: {} };
  const at = (id) => document.getElementById(id);
  const page = () => at("wall");

  function postsOf(city) {
    if (scene.city !== city) Object.assign(scene, { city, posts: model.postsOf(city) });
    return scene.posts;
  }

  // Builds a part again only when what it says has changed.
  function part(id, said, build) {
    const key = JSON.stringify(said);
    if (scene.drawn[id] === key) return;
    scene.drawn[id] = key;
    at(id).replaceChildren(...build());
  }

  const promisedTiers = (city) => Object.keys(city.promises || {});

  function pixelOf(code, posts, map) {
    const cell = map.cells.find((c) => c.code === code);
    if (cell) return [cell.x, cell.y];
    const post = posts[code];
    return post && zhongshu.lightGeometry.isPlaced(post.at) ? map.project(post.at) : null;
  }

  const needsOf = (lines) =>
    lines.map((line) => [line, zhongshu.lightRules.lightOf(line)]).filter(([, light]) => light === "need" || light === "cannot");

  // Everything the scene shows of one order, computed once a paint.
  function viewOf(order, state, map) {
    const posts = postsOf(map.city);
    const lines = model.linesOf(state.rows.line, order);
    const now = zhongshu.live.known_real_ms();
    const mapped = lines.filter((line) => !model.postOf(line, posts).reserved);
    return {
      order, lines, posts, now, map, steps: model.stepsOf(state.rows.step, order),
      faces: model.faces(order, { lines, now, promised: promisedTiers(map.city) }),
      silent: model.silent(order, { lines, posts, now }),
      districts: model.districts(mapped, { posts, codes: map.city.districts.map((d) => d.code) }),
      needs: needsOf(lines),
      others: model.othersRunning(state.rows.order, order),
      demo: page().dataset.demo === "1",
    };
  }

  function renumber(view) {
    const room = parts.roomFor(at("order-silent"));
    scene.numbers = model.numbered(scene.numbers, view.silent, room);
    const shown = view.silent.slice(0, parts.namedOf(view.silent.length, room));
    return { ...view, room, shown, told: model.newestSteps(view.steps), numbers: new Map(shown.map((post) => [post.code, scene.numbers.get(post.code)])) };
  }

  function paintWords(view) {
    const head = parts.headOf(view);
    part("order-what", head, () => parts.head(head));
    part("order-note", parts.noteOf(view), () => parts.note(view));
  }

  // What runs between two changes: the digits, and what is left. Longer times get smaller digits.
  function paintDial(section, face) {
    const time = section.querySelector(".time");
    zhongshu.parts.put(time, model.clock(face.elapsed));
    time.dataset.digits = time.textContent.length;
    zhongshu.parts.put(section.querySelector(".note"), parts.faceNote(face));
  }

  function paintFaces({ faces, order }) {
    part("order-faces", [faces.large.map(parts.faceKey), order.state], () => faces.large.map((face) => parts.face(face, order)));
    part("order-small", faces.small.map(parts.faceKey), () => faces.small.map(parts.smallFace));
    faces.large.forEach((face, i) => paintDial(at("order-faces").children[i], face));
    faces.small.forEach((face, i) => zhongshu.parts.put(at("order-small").children[i].querySelector(".time"), model.clock(face.elapsed)));
  }

  function paintAnswers(view) {
    const answers = model.answers(view.order, view.lines);
    const escalated = model.escalation(view.steps);
    part("order-answers", [answers, escalated], () => [...parts.answers(answers), ...parts.escalated(escalated)]);
    const curves = parts.curvesOf(view);
    part("order-curves", curves, () => parts.curves(curves));
  }

  function paintLists(view) {
    part("order-silent", parts.silentKey(view), () => parts.silent(view));
    const waiting = parts.waitingOf(view);
    part("order-waiting", waiting, () => parts.waiting(waiting));
    parts.trim(at("order-waiting"));
  }

  const nameOf = (view) => (code) => zhongshu.format.name((view.map.city.districts.find((d) => d.code === code) || {}).short);

  function paintMarks(view) {
    const places = (code) => pixelOf(code, view.posts, view.map);
    const marks = { ...view, nameOf: nameOf(view), placeOf: places };
    const said = [view.map.version, [...view.numbers], view.districts, view.needs.map(([line, light]) => [line.post, light]), view.order.id];
    part("order-marks", said, () => [zhongshu.orderMarks.sheet(marks, view.map)]);
  }

  function dress(order) {
    const mode = order && order.mode === "drill" ? "drill" : "live";
    const lost = zhongshu.live.state.link.state === "lost";
    at("scene-order").dataset.mode = mode;
    at("scene-order").dataset.state = order ? order.state : "none";
    at("scene-order").classList.toggle("stale", lost);
    if (page().classList.contains("scene-order")) page().dataset.mode = mode;
  }

  const EMPTY = { numbers: new Map(), silent: [], needs: [] };

  // No order yet: the map is at rest, and the scene says so instead of showing zeros.
  function paintNothing(map) {
    const districts = map.city.districts.map((d) => ({ code: d.code, of: 0, confirmed: 0, desk: null, deskPost: null }));
    paintMarks({ ...EMPTY, districts, map, posts: postsOf(map.city), order: { id: null } });
    zhongshu.light.setOrder(null, {});
  }

  // Whether some place on the map is not addressed: then the key says how that looks.
  function isPartial({ lines, map }) {
    const asked = new Set(lines.map((line) => line.post));
    return map.cells.some((cell) => !asked.has(cell.code));
  }

  function paintOrder(order, state, map) {
    if (scene.shown !== order.id) Object.assign(scene, { shown: order.id, numbers: null });
    const view = viewOf(order, state, map);
    paintWords(view);
    paintFaces(view);
    paintAnswers(view);
    const numbered = renumber(view);
    at("scene-order").classList.toggle("partial", isPartial(view));
    paintLists(numbered);
    paintMarks(numbered);
    zhongshu.light.setOrder(order, view.lines);
    tickOn(view);
  }

  // The next whole second of a stopwatch that runs; nothing ticks while the link is lost or another scene shows.
  function tickOn({ faces }) {
    clearTimeout(scene.timer);
    const running = [...faces.large, ...faces.small].find((face) => face.running);
    if (!running || zhongshu.live.state.link.state === "lost" || !page().classList.contains("scene-order")) return;
    scene.timer = setTimeout(() => paint(scene.state), 1010 - ((running.elapsed * 1000) % 1000));
  }

  // The corners that carry words on one screen, in rem of the wall: north-west the order, south-east the answers.
  const CORNERS = [{ left: 4, right: 44, top: 9, bottom: 30 }, { left: 124.6, right: 144, top: 78, bottom: 102 }];

  function isCrowded(map) {
    const [rem, box] = [zhongshu.parts.rem(), at("wall-map").getBoundingClientRect()];
    const under = (c, x, y) => x > c.left && x < c.right && y > c.top && y < c.bottom;
    return map.cells.some((cell) => CORNERS.some((c) => under(c, (box.left + cell.x) / rem, (box.top + cell.y) / rem)));
  }

  // Decided once for a size of the wall: where the city itself fills a corner, the map gives way to the words. The page's
  // scene class is rewritten by others, so the decision is put back at each paint.
  function giveWay(map) {
    const size = `${innerWidth} ${innerHeight}`;
    if (!page().classList.contains("scene-order") || scene.fitted !== boxOf(map)) return;
    const gaveWay = page().classList.contains("crowded");
    if (scene.size !== size && !gaveWay) Object.assign(scene, { size, crowded: isCrowded(map) });
    const crowded = scene.size === size && scene.crowded; // of a new size it is not known before the whole box was used
    if (gaveWay === crowded) return;
    page().classList.toggle("crowded", crowded);
    map.fit();
  }

  const boxOf = (map) => map.size().join(" ");

  // The map was drawn for its box: light, names and marks follow it.
  function follow(map) {
    scene.fitted = boxOf(map);
    zhongshu.light.redraw();
    if (scene.state && page().classList.contains("scene-order")) paint(scene.state);
  }

  // Paints the scene from the live state. Costs next to nothing when nothing changed.
  function paint(state) {
    const map = zhongshu.map;
    scene.state = state;
    if (!map || !map.city || !map.cells.length) return;
    giveWay(map);
    const order = model.pick(state.rows.order, zhongshu.wall.wanted_order());
    dress(order);
    if (order) paintOrder(order, state, map);
    else paintNothing(map);
  }

  zhongshu.orderScene = { paint, pick: model.pick };
  zhongshu.map.onfit(follow);
})(globalThis);
