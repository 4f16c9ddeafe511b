// The canvas of light: its size and density, the still picture behind it, the palette, and what is known of the map.
(function (root) {
  const zhongshu = (root.zhongshu = root.zhongshu || {});

  const TRIPLETS = ["core", "body", "rim", "flash", "run", "ember", "white", "cold", "delivered", "delivered-point", "seam", "need", "cannot"];

  const screen = { canvas: null, still: null, geometry: null, cells: null, stale: true, density: 1, rem: 10, palettes: {} };

  const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

  // A drill has tokens of its own where its light differs; severities and greys are the same in both.
  function palette(mode) {
    const style = getComputedStyle(document.documentElement);
    const token = (name) => style.getPropertyValue(name).trim();
    const own = (name) => (mode === "drill" && token(`--light-drill-${name}`)) || token(`--light-${name}`);
    const colours = Object.fromEntries(TRIPLETS.map((name) => [camel(name), own(name)]));
    return { ...colours, night: token("--void"), resting: token("--resting"), seamCell: token("--seam-cell"), seamLine: token("--seam") };
  }

  const colours = (mode) => (screen.palettes[mode] = screen.palettes[mode] || palette(mode));
  const brush = (mode) => ({ rem: screen.rem, colours: colours(mode) });
  const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

  function fitCanvas(canvas, box, density) {
    const [width, height] = [Math.round(box.clientWidth * density), Math.round(box.clientHeight * density)];
    if (canvas.width === width && canvas.height === height) return false;
    canvas.width = width;
    canvas.height = height;
    return true;
  }

  // The map was drawn anew, or its box has another size: everything that was kept in pixels is made again.
  function refit() {
    const density = window.devicePixelRatio || 1;
    const box = screen.canvas.parentElement;
    const resized = [screen.canvas, screen.still].map((canvas) => fitCanvas(canvas, box, density)).some(Boolean);
    if (!resized && screen.cells === zhongshu.map.cells) return;
    const geometry = zhongshu.lightGeometry.of(zhongshu.map);
    Object.assign(screen, { density, rem: rem(), cells: zhongshu.map.cells, geometry, palettes: {}, stale: true });
  }

  // Whether there is a map to draw on. Makes the still picture's canvas the first time.
  function attach() {
    const canvas = document.getElementById("wall-light");
    const cells = zhongshu.map && zhongshu.map.cells;
    if (!canvas || !cells || !cells.length || !canvas.parentElement.clientWidth) return false;
    if (screen.canvas !== canvas) Object.assign(screen, { canvas, still: document.createElement("canvas"), stale: true });
    refit();
    return true;
  }

  function context(canvas) {
    const c = canvas.getContext("2d");
    c.setTransform(screen.density, 0, 0, screen.density, 0, 0);
    c.globalCompositeOperation = "lighter";
    c.globalAlpha = 1;
    return c;
  }

  function cleared(canvas) {
    const c = context(canvas);
    c.clearRect(0, 0, canvas.width, canvas.height);
    return c;
  }

  zhongshu.lightScreen = { screen, colours, brush, attach, context, cleared };
})(globalThis);
