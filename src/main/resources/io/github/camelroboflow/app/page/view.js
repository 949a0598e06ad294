// Elements of the page. Text from outside is only ever set as text or as an attribute without a script, never as HTML.

const SVG = 'http://www.w3.org/2000/svg';
// told apart with any kind of color vision, on light and on dark
const COLORS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#a08cd6', '#8a9a00', '#b07d62', '#7f8c95'];
const MOST_SHOWN = COLORS.length - 1;
const MINUTES = 60;

export const byId = id => document.getElementById(id);

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  Object.assign(made, properties);
  made.append(...children);
  return made;
}

export function shape(name, attributes = {}) {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

/** Sets the children of an element, unless they would show the same as before. */
export function replace(parent, key, make) {
  if (parent.key !== key) {
    parent.key = key;
    parent.replaceChildren(...make());
  }
}

/** Sets the choices of a list, and keeps the one that is chosen. */
export function choices(select, values, first) {
  replace(select, JSON.stringify(values), () => {
    const chosen = select.value;
    const options = [element('option', { value: '', textContent: first }),
      ...values.map(value => element('option', { value, textContent: value }))];
    queueMicrotask(() => { select.value = values.includes(chosen) ? chosen : ''; });
    return options;
  });
}

export const percent = fraction => `${Math.round(fraction * 100)} %`;

export function age(seconds) {
  return seconds < 120 ? `${Math.round(seconds)} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

function top(classes) {
  const sorted = Object.entries(classes).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return sorted.slice(0, sorted.length > MOST_SHOWN + 1 ? MOST_SHOWN : MOST_SHOWN + 1).map(([name]) => name).sort();
}

/** Draws the images of each minute, one above the other by class. */
export function chart(parent, legend, live) {
  const names = top(live.classes);
  const color = name => COLORS[names.includes(name) ? names.indexOf(name) : MOST_SHOWN];
  const total = minute => Object.values(minute.classes).reduce((sum, count) => sum + count, 0);
  const most = Math.max(1, ...live.history.map(total));
  replace(parent, JSON.stringify(live.history), () => {
    const svg = shape('svg', { viewBox: `0 0 ${MINUTES * 10} 100`, preserveAspectRatio: 'none', role: 'img' });
    svg.append(shape('title'));
    svg.firstChild.textContent = `Images with each class, by minute; at most ${most} in one minute`;
    svg.append(shape('line', { x1: 0, y1: 99.5, x2: MINUTES * 10, y2: 99.5 }));
    for (const minute of live.history) {
      let y = 100;
      for (const [name, count] of Object.entries(minute.classes).sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
        const height = count / most * 98;
        y -= height;
        const bar = shape('rect', { x: (MINUTES - 1 - minute.age) * 10 + 1, y, width: 8, height, fill: color(name) });
        bar.append(shape('title'));
        bar.firstChild.textContent = `${name}: ${count} images, ${minute.age} minutes ago`;
        svg.append(bar);
      }
    }
    return [svg];
  });
  replace(legend, JSON.stringify(live.classes), () => [...names, ...(Object.keys(live.classes).length > names.length ? [null] : [])]
    .map(name => {
      const box = shape('svg', { viewBox: '0 0 1 1', 'aria-hidden': 'true' });
      box.append(shape('rect', { width: 1, height: 1, fill: name === null ? COLORS[MOST_SHOWN] : color(name) }));
      return element('li', {}, box, name === null ? 'others' : `${name}: ${live.classes[name]}`);
    }));
}

export function numbers(parent, live) {
  const waiting = live.destinations.reduce((sum, destination) => sum + destination.waiting, 0);
  const values = [['Images per second', live.imagesPerSecond.toFixed(live.imagesPerSecond < 10 ? 1 : 0)], ['Done', live.done],
    ['Failed', live.failed], ['In work', live.inWork], ['Results in the outbox', waiting]];
  if (live.inbox !== undefined) {
    values.splice(3, 0, ['In the inbox', live.inbox]);
  }
  replace(parent, JSON.stringify(values), () => values.map(([name, value]) => element('div', {},
    element('dt', { textContent: name }),
    element('dd', { textContent: value, className: name === 'Failed' && value > 0 ? 'bad' : '' }))));
}

export function inboxes(part, body, live) {
  part.hidden = live.inboxes.length === 0;
  replace(body, JSON.stringify(live.inboxes), () => live.inboxes.map(inbox => element('tr', {},
    ...[inbox.name, inbox.folder].map(text => element('td', { textContent: text })),
    ...[inbox.waiting, inbox.done, inbox.failed].map(count => element('td', { className: 'number', textContent: count })))));
}

/** Names a destination. Several receivers of one host have its address, so that their ids tell them apart. */
export const receiver = ({ address, several, id }) => (several ? `${address} (${id})` : address);

function dropButton(destination, drop) {
  const button = element('button', { type: 'button', textContent: 'Drop what waits', onclick: () => drop(destination) });
  button.setAttribute('aria-label', `Drop what waits for ${receiver(destination)}`);
  return button;
}

/** @param drop takes a destination whose results are to be dropped */
export function destinations(body, down, live, drop) {
  replace(body, JSON.stringify(live.destinations), () => live.destinations.map(destination => element('tr', {},
    element('td', { textContent: receiver(destination) }),
    element('td', { textContent: destination.accepted ?? 'see above', className: 'number' }),
    element('td', { className: 'number', textContent: destination.waiting === 0 ? '0'
      : `${destination.waiting}, the oldest for ${age(destination.oldestSeconds)}` }),
    element('td', { className: destination.reason ? 'down' : 'up' }, destination.reason || 'up',
      ...(destination.reason && destination.waiting > 0 ? [' ', dropButton(destination, drop)] : [])))));
  const problems = Object.entries(live.down);
  replace(down, JSON.stringify(problems), () => problems.map(([name, reason]) =>
    element('li', { textContent: `${name} is down${reason ? `: ${reason}` : ''}` })));
}
