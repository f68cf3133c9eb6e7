// Every page that a server makes, and what people get after a mistake: what the tests of all pages walk.
// `place` says what the addresses are called in this run.

/** Of gatherings, the one held last: it has all that comes afterwards. */
export const latest = (gatherings) => gatherings.filter((g) => new Date(g.starts_at) < Date.now()).sort((a, b) => new Date(b.starts_at) - new Date(a.starts_at))[0];

/** Asks an organisation, by mail, whether it would like to talk to another about what it needs. */
export async function askOfMatch(s, organisation, text) {
  const said = async (fields) => (await s.api('POST', '/needs', { text, ...fields })).body.id;
  const r = await s.api('POST', '/matches', { need_id: await said({ organisation }), offer_id: await said({ organisation: 'Noen Andre', kind: 'offer' }), reason: text });
  if (r.status !== 201) throw new Error(`match: ${r.status} ${JSON.stringify(r.body)}`);
}

/** Server-made pages: [name, address, who]. */
export const pages = (place) => [
  ['calendar', '/', 'nobody'],
  ['public', `/g/${place.slug}`, 'nobody'],
  ['public-full', `/g/${place.fullSlug}`, 'nobody'],
  ['public-past', `/g/${place.pastSlug}`, 'nobody'],
  ['register', `/g/${place.slug}/register`, 'nobody'],
  ['register-full', `/g/${place.fullSlug}/register`, 'nobody'],
  ['own', place.own, 'nobody'],
  ['own-change', `${place.own}/change`, 'nobody'],
  ['own-cancel', `${place.own}/cancel`, 'nobody'],
  ['own-colleague', `${place.own}/colleague`, 'nobody'],
  ['own-waiting', place.waits, 'nobody'],
  ['own-lost', '/r/rtullball.tullball', 'nobody'],
  ['invitation', place.invitation, 'nobody'],
  ['invitation-yes', `${place.invitation}/yes`, 'nobody'],
  ['invitation-colleague', `${place.invitation}/colleague`, 'nobody'],
  ['unsubscribe', `${place.invitation}/unsubscribe`, 'nobody'],
  ['ticket', `/t/${place.ticket}`, 'nobody'],
  ['privacy', '/privacy', 'nobody'],
  ['accessibility', '/accessibility', 'nobody'],
  ['signin', '/signin', 'nobody'],
  ['forgot', '/signin/forgot', 'nobody'],
  ['not-found', '/finnes-ikke', 'nobody'],
  ['door-start', `/door/${place.slug}`, 'nobody'],
  ['home', '/admin', 'boss'],
  ['gatherings', '/admin/gatherings', 'boss'],
  ['new', '/admin/gatherings/new', 'boss'],
  ['overview', `/admin/gatherings/${place.id}`, 'boss'],
  ['overview-draft', `/admin/gatherings/${place.draft}`, 'boss'],
  ['edit', `/admin/gatherings/${place.id}/edit`, 'boss'],
  ['preview', `/admin/gatherings/${place.draft}/preview`, 'boss'],
  ['publish', `/admin/gatherings/${place.draft}/publish`, 'boss'],
  ['cancel', `/admin/gatherings/${place.id}/cancel`, 'boss'],
  ['move', `/admin/gatherings/${place.moved}/move`, 'boss'],
  ['people', `/admin/gatherings/${place.id}/people`, 'boss'],
  ['people-print', `/admin/gatherings/${place.id}/people/print`, 'boss'],
  ['people-new', `/admin/gatherings/${place.id}/people/new`, 'boss'],
  ['person', `/admin/gatherings/${place.id}/people/${place.person}`, 'boss'],
  ['invitations', `/admin/gatherings/${place.id}/invitations`, 'boss'],
  ['invite', `/admin/gatherings/${place.id}/invite`, 'boss'],
  ['messages', `/admin/gatherings/${place.id}/messages`, 'boss'],
  ['survey', `/admin/gatherings/${place.past}/survey`, 'boss'],
  ['survey-questions', `/admin/gatherings/${place.id}/survey/questions`, 'boss'],
  ['door-admin', `/admin/gatherings/${place.id}/door`, 'boss'],
  ['contacts', '/admin/contacts', 'boss'],
  ['contact', '/admin/contacts/1', 'boss'],
  ['contact-new', '/admin/contacts/new', 'boss'],
  ['organisations', '/admin/organisations', 'boss'],
  ['organisation', '/admin/organisations/1', 'boss'],
  ['organisation-new', '/admin/organisations/new', 'boss'],
  ['organisation-edit', '/admin/organisations/1/edit', 'boss'],
  ['organisation-merge', '/admin/organisations/1/merge?q=a', 'boss'],
  ['directory', '/members', 'nobody'],
  ['organisation-speakers', '/admin/organisations/1/representatives', 'boss'],
  ['organisation-said', '/admin/organisations/1/expectations', 'boss'],
  ['expectations', '/admin/expectations', 'boss'],
  ['directory-said', '/members/expectations', 'nobody'],
  ['member-signin', '/member/sign-in', 'nobody'],
  ['member-sent', '/member/sign-in/sent', 'nobody'],
  ['member-link', place.link, 'nobody'],
  ['member-home', '/member', 'member'],
  ['member-company', '/member/company', 'member'],
  ['member-said', '/member/expectations', 'member'],
  ['member-others', '/member/others', 'member'],
  ['member-lost', '/r/mtullball.tullball', 'nobody'],
  ['needs', '/admin/needs', 'boss'],
  ['need', '/admin/needs/14', 'boss'],
  ['need-after', '/admin/needs/6', 'boss'],
  ['need-new', '/admin/needs/new', 'boss'],
  ['needs-list', '/admin/needs/list', 'boss'],
  ['match-asked', place.matched, 'nobody'],
  ['match-yes', `${place.matched}?say=yes`, 'nobody'],
  ['matches', '/admin/needs/matches', 'boss'],
  ['needs-paste', '/admin/needs/paste', 'boss'],
  ['theme', '/admin/needs/themes/2', 'boss'],
  ['needs-open', '/needs', 'nobody'],
  ['member-needs', '/member/needs', 'member'],
  ['member-needs-others', '/member/needs/others', 'member'],
  ['own-need', `${place.own}/need`, 'nobody'],
  ['viewer-needs', '/admin/needs', 'viewer'],
  ['viewer-theme', '/admin/needs/themes/2', 'viewer'],
  ['services', '/admin/services', 'boss'],
  ['services-done', '/admin/services?state=done', 'boss'],
  ['service-request', '/admin/services/4', 'boss'],
  ['service-new', '/admin/services/new', 'boss'],
  ['services-offered', '/admin/services/catalogue', 'boss'],
  ['service', '/admin/services/catalogue/1', 'boss'],
  ['member-services', '/member/services', 'member'],
  ['rooms', '/admin/rooms', 'boss'],
  ['room', '/admin/rooms/1', 'boss'],
  ['room-new', '/admin/rooms/new', 'boss'],
  ['room-edit', '/admin/rooms/1/edit', 'boss'],
  ['room-book', '/admin/rooms/book', 'boss'],
  ['room-booking', '/admin/rooms/bookings/2', 'boss'],
  ['room-choose', `/admin/gatherings/${place.id}/rooms`, 'boss'],
  ['viewer-rooms', '/admin/rooms', 'viewer'],
  ['goals', '/admin/goals', 'boss'],
  ['goal-yearly', '/admin/goals/1', 'boss'],
  ['goal-figure', '/admin/goals/2', 'boss'],
  ['goal', '/admin/goals/3', 'boss'],
  ['goal-new', '/admin/goals/new', 'boss'],
  ['goal-edit', '/admin/goals/3/edit', 'boss'],
  ['goals-open', '/goals', 'nobody'],
  ['member-goals', '/member/goals', 'member'],
  ['viewer-goal', '/admin/goals/3', 'viewer'],
  ['report', '/admin/report', 'boss'],
  ['report-rows', '/admin/report/rows/companies', 'boss'],
  ['report-people', '/admin/report/rows/participants', 'boss'],
  ['report-keep', '/admin/report/keep', 'boss'],
  ['viewer-report', '/admin/report', 'viewer'],
  ['network', '/admin/network?kind=new', 'boss'],
  ['network-people', '/admin/network?of=people&kind=new', 'boss'],
  ['import', '/admin/gatherings/import', 'boss'],
  ['about', '/admin/persons?contact=1', 'boss'],
  ['about-erase', '/admin/persons/erase?contact=1', 'boss'],
  ['my-data', '/my-data', 'nobody'],
  ['mail', '/admin/mail', 'boss'],
  ['message', `/admin/mail/${place.mail}`, 'boss'],
  ['settings', '/admin/settings', 'boss'],
  ['users', '/admin/settings/users', 'boss'],
  ['tokens', '/admin/settings/tokens', 'boss'],
  ['account', '/admin/account', 'boss'],
  ['door', `/door/${place.slug}`, 'boss'],
  ['door-search', `/door/${place.slug}?q=a`, 'boss'],
  ['door-guest', `/door/${place.slug}/guest`, 'boss'],
  ['viewer-people', `/admin/gatherings/${place.id}/people`, 'viewer'],
  ['forbidden', '/admin/settings', 'viewer'],
];

/** What people get after a mistake, or in the middle of something: [name, who, steps]. */
export const states = (place) => [
  ['register-errors', 'nobody', async (p) => {
    await p.goto(`/g/${place.slug}/register`);
    await p.$eval('form.sm-form', (f) => { f.noValidate = true; });
    await p.fill('#email', 'ikke en adresse');
    await p.click('form.sm-form button[type=submit]');
    await p.waitForSelector('#email-error');
  }],
  ['register-need', 'nobody', async (p) => {
    await p.goto(`/g/${place.slug}/register`);
    await p.click('summary:has-text("Har dere et behov")');
    await p.fill('#need', 'Sveiserobot til små serier');
  }],
  ['signin-errors', 'nobody', async (p) => {
    await p.goto('/signin');
    await p.fill('#email', 'noen@hub.example');
    await p.fill('#password', 'feil');
    await p.press('#password', 'Enter');
    await p.waitForSelector('.ds-error-summary, .ds-validation-message');
  }],
  ['new-errors', 'boss', async (p) => {
    await p.goto('/admin/gatherings/new');
    await p.fill('#from', '17:00');
    await p.click('button:has-text("Lagre utkast")');
    await p.waitForSelector('#title-error');
  }],
  ['new-open', 'boss', async (p) => {
    await p.goto('/admin/gatherings/new');
    for (const fold of await p.$$('details.sm-fold > summary')) await fold.click();
    await p.click('#add-row');
  }],
  ['survey-errors', 'boss', async (p) => {
    await p.goto(`/admin/gatherings/${place.id}/survey/questions`);
    await p.click('#questions details:last-child > summary');
    await p.selectOption('#q5_kind', 'choice');
    await p.fill('#q5_options', 'Bare ett');
    await p.click('button:has-text("Lagre")');
    await p.waitForSelector('#q5_options-error');
  }],
  ['contact-new-errors', 'boss', async (p) => {
    await p.goto('/admin/contacts/new');
    await p.click('button:has-text("Legg til")');
    await p.waitForSelector('#name-error');
  }],
  ['contacts-many-errors', 'boss', async (p) => {
    await p.goto('/admin/contacts');
    await p.click('button:has-text("Se hva som blir endret")');
    await p.waitForSelector('#set-error');
  }],
  ['contacts-many', 'boss', async (p) => {
    await p.goto('/admin/contacts');
    for (const tick of await p.$$('input[name=pick]')) await tick.check();
    await p.selectOption('#set', 'partner');
    await p.click('button:has-text("Se hva som blir endret")');
    await p.waitForSelector('h1:has-text("Sett rolle")');
  }],
  ['needs-pasted', 'boss', async (p) => {
    await p.goto('/admin/needs/paste');
    await p.fill('#paste', 'Vik Verft;Sveiserobot til små serier;behov\n;Uten bedrift;\nNes;Fôr;tull');
    await p.click('button:has-text("Se over")');
    await p.waitForSelector('.sm-lines li');
  }],
  ['service-request-errors', 'boss', async (p) => {
    await p.goto('/admin/services/4');
    await p.fill('#hours', 'to');
    await p.click('button:has-text("Lagre")');
    await p.waitForSelector('#hours-error');
  }],
  ['member-services-errors', 'member', async (p) => {
    await p.goto('/member/services?lang=nb');
    await p.click('button:has-text("Send")');
    await p.waitForSelector('#text-error');
  }],
  ['goal-new-errors', 'boss', async (p) => {
    await p.goto('/admin/goals/new');
    await p.click('button:has-text("Lagre")');
    await p.waitForSelector('#title-error');
  }],
  ['goal-measure-errors', 'boss', async (p) => {
    await p.goto('/admin/goals/3');
    await p.fill('#value', 'mye');
    await p.click('button:has-text("Legg til")');
    await p.waitForSelector('#value-error');
  }],
  ['need-new-errors', 'boss', async (p) => {
    await p.goto('/admin/needs/new');
    await p.click('button:has-text("Legg til")');
    await p.waitForSelector('#text-error');
  }],
  ['invite-reviewed', 'boss', async (p) => {
    await p.goto(`/admin/gatherings/${place.id}/invite`);
    await p.fill('#paste', '"Berg, Ågot" <agot@berg.example>; ny@firma.example\nikke-en-adresse');
    await p.click('.sm-actions button[value=review]');
    await p.waitForSelector('.sm-lines li');
  }],
  ['door-link', 'boss', async (p) => {
    await p.goto(`/admin/gatherings/${place.id}/door`);
    await p.fill('#label', 'Dørvert Nord');
    await p.click('button:has-text("Lag lenke")');
    await p.waitForSelector('#door-url');
  }],
  ['door-link-errors', 'boss', async (p) => {
    await p.goto(`/admin/gatherings/${place.id}/door`);
    await p.$eval('.sm-doorform', (f) => { f.noValidate = true; });
    await p.click('button:has-text("Lag lenke")');
    await p.waitForSelector('#label-error');
  }],
  ['door-guest-errors', 'boss', async (p) => {
    await p.goto(`/door/${place.slug}/guest`);
    await p.click('button:has-text("Sjekk inn")');
    await p.waitForSelector('#name-error');
  }],
];
