// Where light falls: the map's cells, the city's outline, its seams and its centre, in pixels of the map's box.
(function (root) {
  const zhongshu = (root.zhongshu = root.zhongshu || {});

  const rings = (geometry) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).flat();
  const isPlaced = (at) => Boolean(at) && Number.isFinite(at[0]) && Number.isFinite(at[1]);

  function traceRing(path, ring, project) {
    ring.forEach((place, i) => path[i ? "lineTo" : "moveTo"](...project(place)));
    path.closePath();
  }

  function outline(feature, project) {
    const path = new Path2D();
    rings(feature.geometry).forEach((ring) => traceRing(path, ring, project));
    return path;
  }

  // How far the light of a township reaches: to its farthest corner, so that the border is its faintest place.
  function farthest(feature, [x, y], project) {
    const corners = rings(feature.geometry).flat().map(project);
    return Math.max(1, ...corners.map(([cx, cy]) => Math.hypot(cx - x, cy - y)));
  }

  function round({ x, y, r }) {
    const path = new Path2D();
    path.arc(x, y, r, 0, Math.PI * 2);
    return path;
  }

  const featuresByCode = (collection) =>
    Object.fromEntries(((collection && collection.features) || []).map((feature) => [String(feature.properties.code), feature]));

  // A cell with a boundary is lit to that boundary; one without is lit in a circle around its point.
  function litCell(cell, feature, map) {
    const far = cell.path && feature ? farthest(feature, [cell.x, cell.y], map.project) : cell.r;
    return { ...cell, path: cell.path || round(cell), far };
  }

  function joined(paths) {
    const all = new Path2D();
    paths.forEach((path) => all.addPath(path));
    return all;
  }

  function districtPaths(map) {
    const boundaries = (map.city.boundaries || {}).districts;
    return ((boundaries && boundaries.features) || []).map((feature) => outline(feature, map.project));
  }

  const reachOf = (cells, [x, y]) => Math.max(1, ...cells.map((cell) => Math.hypot(cell.x - x, cell.y - y) + cell.r));

  function grids(map) {
    const placed = map.city.posts.filter((post) => post.tier === "special_grid" && isPlaced(post.at));
    return placed.map((post) => ({ code: post.code, at: map.project(post.at) }));
  }

  // Everything the light needs of one size of the map. `seams` is null where the city has no boundaries.
  function of(map) {
    const features = featuresByCode((map.city.boundaries || {}).townships);
    const cells = map.cells.map((cell) => litCell(cell, features[cell.code], map));
    const districts = districtPaths(map);
    const hub = map.project(map.city.hub);
    return {
      cells,
      byCode: new Map(cells.map((cell) => [cell.code, cell])),
      seams: districts.length ? joined(districts) : null,
      city: joined(districts.length ? districts : cells.map((cell) => cell.path)),
      hub,
      reach: reachOf(cells, hub),
      grids: grids(map),
    };
  }

  // Where a case stands: its own point, else its township's, else its district's, else nowhere.
  function placeOf(row, map, geometry) {
    if (isPlaced([row.lon, row.lat]) && row.lon !== null) return map.project([row.lon, row.lat]);
    const cell = geometry.byCode.get(row.township);
    if (cell) return [cell.x, cell.y];
    const district = map.city.districts.find((d) => d.code === row.district);
    return district && isPlaced(district.at) ? map.project(district.at) : null;
  }

  zhongshu.lightGeometry = { of, placeOf, isPlaced };
  if (typeof module !== "undefined") module.exports = zhongshu.lightGeometry;
})(globalThis);
