"""The contrast of text with what is behind it, as WCAG 2 counts it: a function for a browser."""

from __future__ import annotations

#: What a text needs at least.
READABLE = 4.5

# Colours are asked of a canvas: what was mixed is written in a form of its own, with parts of 1.
# That is slow, and a page has few colours and many texts: what was asked once is kept.
LOWEST_CONTRAST = """root => {
  const pencil = Object.assign(document.createElement('canvas'), {width: 1, height: 1})
    .getContext('2d', {willReadFrequently: true});
  const kept = (known, ask) => key => {
    if (!known.has(key)) known.set(key, ask(key));
    return known.get(key);
  };
  const parts = kept(new Map(), color => {
    pencil.clearRect(0, 0, 1, 1);
    pencil.fillStyle = color;
    pencil.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pencil.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  });
  const over = (top, below) => [0, 1, 2].map(k => top[k] * top[3] + below[k] * (1 - top[3]))
    .concat(1);
  const behind = kept(new Map(), element => {
    const own = parts(getComputedStyle(element).backgroundColor);
    if (own[3] === 1) return own;
    const below = element.parentElement ? behind(element.parentElement) : [255, 255, 255, 1];
    return over(own, below);
  });
  const lightness = color => color.slice(0, 3).map(part => part / 255)
    .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, k) => sum + part * [0.2126, 0.7152, 0.0722][k], 0);
  const texts = [root, ...root.querySelectorAll('*')].filter(element =>
    !['STYLE', 'SCRIPT', 'OPTION'].includes(element.tagName) &&
    [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
  return Math.min(...texts.map(element => {
    const paper = behind(element);
    const ink = lightness(over(parts(getComputedStyle(element).color), paper));
    const light = lightness(paper);
    return (Math.max(ink, light) + 0.05) / (Math.min(ink, light) + 0.05);
  }));
}"""
