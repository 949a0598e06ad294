// The page asks the program once a second, as long as somebody looks at it.
import { byId, element, shape, replace, choices, percent, chart, numbers, inboxes, destinations, receiver } from '/view.js';

const POLL = 1000;
const MOST = 60;
const TYPING = 250;

let token = '';
let live = null;
let results = [];
let last = 0;
let start = '';
let open = null;
let rehearsed = null;
let pictureTimer = null;
let pollTimer = null;
let polling = false;
let typed = null;

async function ask(path, options) {
  const response = await fetch(path, options);
  const json = await response.json();
  if (!response.ok) {
    throw Object.assign(new Error(json.message), { answered: true });
  }
  return json;
}

const change = (path, body) => ask(path, { method: 'POST', headers: { 'X-Page-Token': token }, body });

function tell(id, text, wrong) {
  byId(id).textContent = text;
  byId(id).classList.toggle('wrong', Boolean(wrong));
}

/** With more results than pictures can be drawn beside the work, the grid shows a part of them. */
function take(news) {
  const pause = live.picturePause;
  const most = pause === 0 || results.length === 0 ? MOST : Math.max(1, Math.floor(POLL / pause));
  const step = Math.max(1, news.length / most);
  const shown = news.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
  results = [...shown, ...results].slice(0, MOST);
}

async function poll() {
  if (polling) {
    return;
  }
  polling = true;
  clearTimeout(pollTimer);
  try {
    live = await ask(`/live?after=${last}`);
    if (live.start !== start) {
      if (last > 0) {
        // another run of the program
        live = await ask('/live?after=0');
      }
      start = live.start;
      results = [];
      last = 0;
    }
    token = live.token;
    byId('state').className = '';
    byId('state').textContent = Object.keys(live.down).length ? 'Runs, and something is down' : 'Runs';
    if (!byId('pause').checked) {
      last = live.results.length ? live.results[0].number : last;
      take(live.results);
    }
    show();
  } catch (e) {
    byId('state').className = 'lost';
    byId('state').textContent = e.answered ? e.message : 'The program does not answer';
  }
  polling = false;
  if (!document.hidden) {
    pollTimer = setTimeout(poll, POLL);
  }
}

function show() {
  numbers(byId('numbers'), live);
  inboxes(byId('inboxes-part'), byId('inboxes').tBodies[0], live);
  byId('inbox-choice').hidden = live.inboxes.length === 0;
  byId('watch-choice').hidden = live.inboxes.length === 0;
  choices(byId('inbox'), live.inboxes.map(inbox => inbox.name), 'choose');
  choices(byId('watch'), live.inboxes.map(inbox => inbox.name), 'all');
  chart(byId('chart'), byId('legend'), live);
  destinations(byId('destinations').tBodies[0], byId('down'), live, dropWaiting);
  failures();
  choices(byId('class'), Object.keys(live.classes).sort(), 'all');
  choices(byId('source'), [...new Set(results.map(result => result.source))].filter(Boolean).sort(), 'all');
  choices(byId('against'), live.conditions, 'none');
  grid();
}

function failures() {
  byId('no-failures').hidden = live.failures.length > 0;
  byId('retry-all').hidden = !live.failures.some(failure => failure.canRetry);
  replace(byId('failures'), JSON.stringify(live.failures), () => live.failures.map(failure => {
    const retry = element('button', { type: 'button', textContent: 'Try again', disabled: !failure.canRetry,
      onclick: () => tryAgain(failure.number) });
    retry.setAttribute('aria-label', `Try ${failure.image} again`);
    return element('li', {}, element('div', {}, element('strong', { textContent: failure.image }),
      element('div', { textContent: failure.error }), element('small', { className: 'soft', textContent: new Date(failure.time).toLocaleString() })), retry);
  }));
}

async function tryAgain(number) {
  try {
    const { moved } = await change(`/retry?failure=${number}`);
    tell('retried', `${moved} back in the inbox`);
  } catch (e) {
    tell('retried', e.message, true);
  }
}

async function dropWaiting(destination) {
  const { id, waiting } = destination;
  if (!confirm(`Drop ${waiting} results that wait for ${receiver(destination)}? They become files that are not sent by themselves.`)) {
    return;
  }
  try {
    const { dropped, left, folder } = await change(`/drop-waiting?destination=${encodeURIComponent(id)}`);
    tell('waiting-dropped', `${dropped} dropped into ${folder}${left > 0 ? `, ${left} left: try again` : ''}`);
  } catch (e) {
    tell('waiting-dropped', e.message, true);
  }
}

function isShown(result) {
  const name = byId('class').value;
  const least = Number(byId('confidence').value);
  const confidences = name ? [result.confidences[name]] : Object.values(result.confidences);
  const source = byId('source').value;
  const wanted = byId('shown').value;
  return (!name || result.confidences[name] !== undefined) && (least === 0 || confidences.some(value => value >= least))
    && (!source || result.source === source) && (!wanted || !rehearsed || rehearsed[wanted].includes(result.number));
}

function mark(result) {
  if (!rehearsed) {
    return '';
  }
  return rehearsed.lost.includes(result.number) ? 'lost' : rehearsed.selected.includes(result.number) ? 'selected' : '';
}

const shownResults = () => results.filter(isShown);

function grid() {
  byId('none').hidden = results.length > 0;
  const cards = new Map([...byId('grid').children].map(card => [card.number, card]));
  const wanted = shownResults().map(result => {
    const card = cards.get(result.number) ?? makeCard(result);
    card.className = mark(result);
    card.querySelector('.mark').textContent = card.className && (card.className === 'lost' ? 'lost' : 'selected');
    return card;
  });
  const before = [...byId('grid').children];
  if (before.length !== wanted.length || before.some((card, i) => card !== wanted[i])) {
    const focused = document.activeElement?.closest?.('#grid li');
    byId('grid').replaceChildren(...wanted);
    if (focused?.isConnected) {
      focused.firstChild.focus();
    }
  }
  // the pause ends early when the work does
  if (pictureTimer === null || pictureTimer > 0 && live.picturePause === 0) {
    clearTimeout(pictureTimer);
    nextPicture();
  }
}

function makeCard(result) {
  const found = Object.entries(result.confidences).sort((a, b) => b[1] - a[1]);
  const button = element('button', { type: 'button', onclick: () => openFull(result) },
    element('div', { className: 'empty' }),
    element('span', { textContent: result.image, title: result.image }),
    element('span', { className: 'soft', textContent: found.map(([name, value]) => `${name} ${percent(value)}`).join(', ') || 'nothing found' }),
    element('span', { className: 'mark' }));
  const card = element('li', { number: result.number, waits: true }, button);
  return card;
}

/** Loads the pictures one after the other, the newest first, with pauses while the program works. */
function nextPicture() {
  pictureTimer = null;
  const card = [...byId('grid').children].find(each => each.waits);
  if (!card || document.hidden) {
    return;
  }
  card.waits = false;
  const image = element('img', { alt: '', src: `/picture/${card.number}` });
  const after = () => {
    pictureTimer = setTimeout(nextPicture, live.picturePause);
  };
  pictureTimer = 0;
  image.onload = () => {
    card.querySelector('.empty')?.replaceWith(image);
    after();
  };
  image.onerror = () => {
    const empty = card.querySelector('.empty');
    if (empty) {
      empty.textContent = 'no picture';
    }
    after();
  };
}

async function openFull(result) {
  open = result;
  byId('full-title').textContent = result.image;
  byId('about').textContent = [new Date(result.time).toLocaleString(), result.source, result.model,
    result.width ? `${result.width} × ${result.height} pixels` : '',
    result.accepted.length ? `accepted by ${result.accepted.join(', ')}` : 'accepted by no destination'].filter(Boolean).join('; ');
  byId('problem').textContent = '';
  byId('picture').alt = `${result.image} with what was found`;
  byId('picture').src = `/picture/${result.number}?size=large`;
  byId('overlay').replaceChildren();
  byId('findings').replaceChildren();
  byId('conditions').replaceChildren();
  if (!byId('full').open) {
    byId('full').showModal();
  }
  try {
    const details = await ask(`/result/${result.number}`);
    if (open === result) {
      describe(details);
    }
  } catch (e) {
    byId('problem').textContent = e.message;
  }
}

function describe(details) {
  const overlay = byId('overlay');
  overlay.setAttribute('viewBox', `0 0 ${details.width || 1} ${details.height || 1}`);
  overlay.setAttribute('preserveAspectRatio', 'none');
  // the smallest on top, so that the mouse reaches each
  const area = finding => (finding.box ? finding.box[2] * finding.box[3] : 0);
  const pairs = details.findings.map(finding => {
    const item = element('li', {}, element('button', { type: 'button', textContent: `${finding.class} ${percent(finding.confidence)}` }));
    let outline = null;
    if (finding.box) {
      const [x, y, width, height] = finding.box;
      const corners = finding.points.length > 2 ? finding.points : [[x, y], [x + width, y], [x + width, y + height], [x, y + height]];
      outline = shape('polygon', { points: corners.map(corner => corner.join(',')).join(' ') });
    }
    const light = on => () => {
      item.classList.toggle('on', on);
      outline?.classList.toggle('on', on);
    };
    for (const target of [item, outline].filter(Boolean)) {
      target.addEventListener('mouseenter', light(true));
      target.addEventListener('mouseleave', light(false));
    }
    item.addEventListener('focusin', light(true));
    item.addEventListener('focusout', light(false));
    return { item, outline, size: area(finding) };
  });
  byId('findings').replaceChildren(...(pairs.length ? pairs.map(pair => pair.item) : [element('li', { textContent: 'nothing' })]));
  overlay.replaceChildren(...pairs.filter(pair => pair.outline).sort((a, b) => b.size - a.size).map(pair => pair.outline));
  byId('conditions').replaceChildren(...details.conditions.map(each => element('li', { className: each.selected ? 'up' : 'soft',
    textContent: `${each.selected ? '✓' : '–'} ${each.condition}${each.problem ? `: ${each.problem}` : ''}` },
  ...each.facts.map(fact => element('div', { className: 'soft', textContent: fact })))));
}

function step(by) {
  const shown = shownResults();
  const at = shown.findIndex(result => result.number === open?.number);
  const next = shown[at + by];
  if (at >= 0 && next) {
    openFull(next);
  }
}

async function rehearse() {
  const condition = byId('condition').value;
  if (!condition.trim()) {
    rehearsed = null;
    tell('outcome', '');
    grid();
    return;
  }
  const against = byId('against').value;
  try {
    rehearsed = await ask(`/rehearsal?condition=${encodeURIComponent(condition)}&against=${encodeURIComponent(against)}&watch=${
      encodeURIComponent(byId('watch').value)}`);
    if (rehearsed.wrong) {
      throw new Error(rehearsed.wrong);
    }
    const { selected, gained, lost, tested, unknown = [], problem } = rehearsed;
    tell('outcome', [`It would have selected ${selected.length} of the last ${tested} images`,
      against ? `${gained.length} of them not selected by the one in force, and lost ${lost.length} that it selected` : '',
      unknown.length ? `no model has the class ${unknown.join(', ')}` : '', problem].filter(Boolean).join('; '), Boolean(problem));
  } catch (e) {
    rehearsed = null;
    tell('outcome', e.message, true);
  }
  grid();
}

async function drop(files) {
  let done = 0;
  for (const file of files) {
    try {
      await change(`/drop?inbox=${encodeURIComponent(byId('inbox').value)}&name=${encodeURIComponent(file.name)}`, file);
      tell('dropped', `${++done} of ${files.length} in the inbox`);
    } catch (e) {
      tell('dropped', `${file.name}: ${e.message}`, true);
    }
  }
}

byId('filters').addEventListener('input', () => {
  byId('least').textContent = percent(Number(byId('confidence').value));
  grid();
});
byId('rehearsal').addEventListener('input', () => {
  clearTimeout(typed);
  typed = setTimeout(rehearse, TYPING);
});
document.querySelectorAll('form').forEach(form => form.addEventListener('submit', event => event.preventDefault()));
byId('files').addEventListener('change', event => drop([...event.target.files]));
byId('retry-all').addEventListener('click', () => tryAgain('all'));
byId('close').addEventListener('click', () => byId('full').close());
byId('previous').addEventListener('click', () => step(-1));
byId('next').addEventListener('click', () => step(1));
byId('full').addEventListener('keydown', event => {
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    step(event.key === 'ArrowLeft' ? -1 : 1);
  }
});
document.addEventListener('dragover', event => {
  event.preventDefault();
  byId('drop').classList.add('over');
});
document.addEventListener('dragleave', () => byId('drop').classList.remove('over'));
document.addEventListener('drop', event => {
  event.preventDefault();
  byId('drop').classList.remove('over');
  drop([...event.dataTransfer.files]);
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) {
    poll();
  }
});
poll();
