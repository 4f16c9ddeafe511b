"""What axe finds on a page that would keep somebody from using it."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Looking at colours takes most of the time, and rows that are drawn alike have the same: two of a kind are looked at.
LOOK = """async (colours) => {
  const drawn = ['color', 'backgroundColor', 'backgroundImage', 'fontSize', 'fontWeight', 'opacity', 'display'];
  const look = (one) => {
    const style = getComputedStyle(one), text = [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    return [one.tagName, text, ...drawn.map((name) => style[name])].join();
  };
  const kinds = new Map(), alike = [];
  for (const row of colours ? document.querySelectorAll('tbody > tr, ul > li, ol > li') : []) {
    if (!kinds.has(row.parentElement)) kinds.set(row.parentElement, {});
    const seen = kinds.get(row.parentElement), kind = [row, ...row.querySelectorAll('*')].map(look).join('|');
    seen[kind] = (seen[kind] || 0) + 1;
    if (seen[kind] > 2) alike.push(row);
  }
  const found = async (on, rules) => (await axe.run(on, { resultTypes: ['violations'], ...rules })).violations;
  const faults = await found(document, { rules: { 'color-contrast': { enabled: false } } });
  if (colours) faults.push(...await found({ exclude: alike }, { runOnly: ['color-contrast'] }));
  return faults.filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => [one.id, one.nodes[0].html.slice(0, 120)]);
}"""


def serious_faults(page: Page, *, colours: bool = True) -> list[list[str]]:
    """The rules that are broken seriously, each with the first place. Colours may be left out for a page that has been
    looked at in the same theme, as in the other language."""
    page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(LOOK, colours))
