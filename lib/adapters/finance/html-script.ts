/**
 * The script of the page: it sorts, filters and pages through the rows that stand in it as JSON. Whatever comes from
 * tags is written as text; the page's policy forbids it to make markup of strings.
 */
export const pageScript = String.raw`
(function () {
'use strict';
var source = document.getElementById('rows');
if (source === null) return;
var byId = function (id) { return document.getElementById(id); };
var data = JSON.parse(source.textContent);
var pageRows = Number(source.dataset.page), printRows = Number(source.dataset.print);
var columns = data.columns, cents = data.cents, total = data.rows;
columns.more = { rows: data.more.rows, values: data.more.values.map(function (parts) {
  return parts.map(function (part) { return data.more.parts[part]; }).join('; ');
}) };
var dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
var whole = new Intl.NumberFormat('en-US');
var money = function (amount) { return dollars.format(amount / 100); };
var table = document.querySelector('table.idle'), body = table.tBodies[0], pattern = byId('row').content;
var account = byId('by-account'), owner = byId('by-owner'), text = byId('by-text'), controls = byId('controls');
var pagers = Array.from(document.querySelectorAll('[data-pager]'));
var sort = { key: 'cost', down: true }, page = 0, order = [], shown = [];
for (var each = 0; each < total; each += 1) order.push(each);
shown = order;

/** What is unknown or absent comes last, whichever way it is sorted. */
function sorted() {
  var way = sort.down ? -1 : 1;
  var places = sort.key === 'cost' ? cents : columns[sort.key].rows;
  var none = sort.key === 'cost' ? null : -1;
  return order.slice().sort(function (one, other) {
    var a = places[one], b = places[other];
    if (a === b) return one - other;
    if (a === none) return 1;
    if (b === none) return -1;
    return (a - b) * way;
  });
}

/** Words are looked for once in each different value, not in each row. */
function matcherOf(word) {
  var found = Object.keys(columns).map(function (key) {
    var column = columns[key];
    column.low = column.low || column.values.map(function (value) { return value.toLowerCase(); });
    return { rows: column.rows, hits: column.low.map(function (value) { return value.includes(word); }) };
  }).filter(function (one) { return one.hits.includes(true); });
  return function (row) {
    return found.some(function (one) { return one.hits[one.rows[row]] === true; });
  };
}

function filtered() {
  var tests = text.value.toLowerCase().split(/\s+/).filter(Boolean).map(matcherOf);
  [[account, columns.account.rows], [owner, columns.owner.rows]].forEach(function (pair) {
    if (pair[0].value === '') return;
    var wanted = Number(pair[0].value);
    tests.unshift(function (row) { return pair[1][row] === wanted; });
  });
  if (tests.length === 0) return sortedRows;
  return sortedRows.filter(function (row) { return tests.every(function (test) { return test(row); }); });
}

function put(element, value, absent) {
  element.textContent = value === undefined ? absent : value;
  element.className = value === undefined ? 'none' : 'some';
}

function rowOf(row) {
  var made = pattern.cloneNode(true);
  made.querySelectorAll('[data-field]').forEach(function (element) {
    var field = element.dataset.field;
    if (field === 'cost') {
      var atMost = columns.atMost.values[columns.atMost.rows[row]] || '';
      put(element, cents[row] === null ? undefined : atMost + money(cents[row]), 'unknown');
    } else {
      put(element, columns[field].values[columns[field].rows[row]], data.absent[field]);
    }
  });
  var folded = made.querySelector('details');
  if (columns.more.rows[row] === -1) folded.replaceWith(folded.querySelector('[data-field=evidence]'));
  return made;
}

function fill(from, to) {
  var all = document.createDocumentFragment();
  shown.slice(from, to).forEach(function (row) { all.append(rowOf(row)); });
  body.replaceChildren(all);
}

function resources(amount) { return whole.format(amount) + (amount === 1 ? ' resource' : ' resources'); }

function say() {
  var known = 0, unknown = 0;
  shown.forEach(function (row) { if (cents[row] === null) unknown += 1; else known += cents[row]; });
  var parts = [shown.length === total ? resources(total) : whole.format(shown.length) + ' of ' + resources(total)];
  if (shown.length > unknown) parts.push(money(known) + ' a month');
  if (unknown > 0) parts.push(whole.format(unknown) + ' of unknown cost, in no sum');
  byId('found').textContent = parts.join(' · ');
}

function turnTo(wanted) {
  var last = Math.max(0, Math.ceil(shown.length / pageRows) - 1);
  page = Math.min(Math.max(0, wanted), last);
  var from = page * pageRows, to = Math.min(from + pageRows, shown.length);
  fill(from, to);
  pagers.forEach(function (pager) {
    pager.hidden = last === 0;
    pager.querySelector('span').textContent =
      'Rows ' + whole.format(from + 1) + ' to ' + whole.format(to) + ' of ' + whole.format(shown.length);
    pager.querySelectorAll('button').forEach(function (button) {
      var step = button.dataset.step;
      button.setAttribute('aria-disabled', String(step === 'first' || step === 'back' ? page === 0 : page === last));
    });
  });
}

function show() { shown = filtered(); say(); turnTo(0); }

function sortBy(head) {
  var key = head.dataset.key, same = sort.key === key;
  sort = { key: key, down: same ? !sort.down : key === 'cost' };
  heads.forEach(function (one) { one.head.removeAttribute('aria-sort'); });
  head.setAttribute('aria-sort', sort.down ? 'descending' : 'ascending');
  sortedRows = sorted();
  show();
}

function button(words, act) {
  var made = document.createElement('button');
  made.type = 'button';
  made.append(words);
  made.addEventListener('click', act);
  return made;
}

var heads = Array.from(table.querySelectorAll('th[data-key]')).map(function (head) {
  return { head: head, words: head.textContent, button: button(head.textContent, function () { sortBy(head); }) };
});
function offerSorting() { heads.forEach(function (one) { one.head.replaceChildren(one.button); }); }

var steps = { first: ['« First', function () { return 0; }], back: ['‹ Back', function () { return page - 1; }],
  next: ['Next ›', function () { return page + 1; }], last: ['Last »', function () { return Infinity; }] };
pagers.forEach(function (pager) {
  Object.keys(steps).forEach(function (step) {
    var made = button(steps[step][0], function () {
      if (made.getAttribute('aria-disabled') === 'true') return;
      turnTo(steps[step][1]());
      if (pager.dataset.pager !== 'below') return;
      byId('idle-rows').focus({ preventScroll: true });
      byId('idle').scrollIntoView();
    });
    made.dataset.step = step;
    pager.append(made);
    if (step === 'back') pager.append(document.createElement('span'));
  });
});

function offer(select, column, none) {
  if (none !== undefined && column.rows.includes(-1)) select.append(new Option(none, '-1'));
  column.values.forEach(function (value, place) { select.append(new Option(value, String(place))); });
  select.addEventListener('change', show);
}
offer(account, columns.account);
offer(owner, columns.owner, data.absent.owner);
var waiting;
text.addEventListener('input', function () { clearTimeout(waiting); waiting = setTimeout(show, 120); });
controls.addEventListener('submit', function (event) { event.preventDefault(); clearTimeout(waiting); show(); });
controls.addEventListener('reset', function () { setTimeout(show); });

/** Browsers repeat the head of a table on each sheet, but not one that has buttons. */
window.addEventListener('beforeprint', function () {
  heads.forEach(function (one) { one.head.textContent = one.words; });
  fill(0, printRows);
  byId('print-note').textContent = shown.length > printRows
    ? 'The first ' + printRows + ' of ' + resources(shown.length) + ' are printed; idle-report.csv has all.' : '';
});
window.addEventListener('afterprint', function () { offerSorting(); turnTo(page); });

var sortedRows = order;
byId('without-script').remove();
offerSorting();
controls.hidden = false;
byId('found').hidden = false;
show();
})();
`;
