/**
 * Who may import whom. Run by `npm test -- --only architecture` (scripts/check-architecture.mjs), which shows this tool
 * a translation of the sources in which a type-only import reads `importType("…")`; TYPE_ONLY names those.
 */
const TYPE_ONLY = "^importType$";
const TESTS = String.raw`\.test\.tsx?(\.js)?$|/testing/|^(attacks|e2e)/`;

const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    forbid(
      "no-cycles",
      "A cycle makes two files one, also one of types: what both need is a third file, or a port that one declares.",
      {},
      { circular: true },
    ),
    forbid(
      "resolvable",
      "An import that leads nowhere fails at run time.",
      {},
      { couldNotResolve: true, pathNot: "dist/" },
    ),
    forbid(
      "domain-stands-alone",
      "Contracts and rules are the ground floor: they import each other, zod, pure hashes and readers of notations and writings, so that everyone may import them and they can be tested and reasoned about alone.",
      { path: "^domain/", pathNot: TESTS },
      // Of uuid only what makes the same id of the same name.
      {
        pathNot: [
          "^domain/",
          "^node_modules/(zod|@noble/hashes|uuid|lossless-json|libphonenumber-js|ibantools|fast-luhn|obscenity|opencc-js|modern-ahocorasick)/",
        ],
      },
    ),
    forbid(
      "contracts-are-light",
      "A browser loads contracts: of libraries they import only zod.",
      { path: "^domain/contracts/", pathNot: TESTS },
      { path: "^node_modules/", pathNot: "^node_modules/zod/" },
    ),
    forbid(
      "rules-know-no-schemas",
      "Rules work on values that were already read.",
      { path: "^domain/rules/", pathNot: TESTS },
      { path: "^node_modules/zod/" },
    ),
    forbid(
      "platform-knows-no-business",
      "What every process needs stands on the domain alone and knows no database, service or process.",
      { path: "^platform/", pathNot: TESTS },
      { path: "^(app|components|db|i18n|messages|push|scripts|server|workers)/" },
    ),
    forbid(
      "views-stay-in-front",
      "Views reach the server through tRPC; of the server they may know the types of the router.",
      { path: "^components/", pathNot: TESTS },
      {
        path: ["^(db|platform|workers|scripts|server)/", "^push/(publisher|gateway)/"],
        pathNot: "^server/trpc/",
      },
    ),
    forbid(
      "views-know-only-the-types-of-the-router",
      "A view that imports the router itself would pull the server into the browser.",
      { path: "^components/", pathNot: TESTS },
      { path: "^server/trpc/", exoticRequireNot: TYPE_ONLY },
    ),
    forbid(
      "routes-are-thin",
      "Pages compose views; data comes through tRPC or a use case.",
      { path: "^(app|i18n)/", pathNot: TESTS },
      {
        path: ["^(db|workers|scripts)/", "^platform/redis/", "^server/queue/", "^push/(publisher|gateway)/"],
      },
    ),
    forbid(
      "routers-only-adapt",
      "Routers call use cases; storage and push are not theirs.",
      { path: "^server/trpc/", pathNot: TESTS },
      { path: ["^db/", "^platform/redis/", "^node_modules/(drizzle-orm|postgres|ioredis|pusher)/"] },
    ),
    forbid(
      "the-fast-path-knows-no-use-case",
      "It carries calls: which procedures there are and what they do is the router's.",
      { path: "^server/fast-path/", pathNot: TESTS },
      { path: ["^(db|push|workers|app|components)/", "^server/(?!fast-path/|trpc/contract[.])"] },
    ),
    forbid(
      "one-place-knows-who-is-kept-out",
      "Who is kicked is asked of entrance.ts: a guest's kick holds for browser and address, too.",
      { path: "^server/", pathNot: `${TESTS}|^server/services/room/` },
      { path: "^server/services/room/restrictions" },
    ),
    forbid(
      "services-know-no-caller",
      "A use case is called by routers, workers and scripts alike and knows none of them.",
      { path: "^server/services/", pathNot: TESTS },
      {
        path: [
          "^server/trpc/",
          "^(app|components|workers|scripts)/",
          "^node_modules/(next|react|react-dom)/",
        ],
      },
    ),
    forbid(
      "db-stands-below",
      "Databases stand on the domain and the platform.",
      { path: "^db/", pathNot: TESTS },
      { path: "^(app|components|i18n|push|scripts|server|workers)/" },
    ),
    forbid(
      "queries-live-in-db",
      "SQL that is spread over the code cannot be reviewed.",
      { path: "^(app|components|domain|platform|push|server|workers)/", pathNot: TESTS },
      { path: "^node_modules/(drizzle-orm|postgres)/" },
    ),
    forbid(
      "push-stands-below",
      "What news travels by stands on the domain and the platform, and knows nobody who has news.",
      { path: "^push/", pathNot: TESTS },
      { path: "^(app|components|db|i18n|messages|scripts|server|workers)/" },
    ),
    forbid(
      "push-has-three-doors",
      "Publishers, the gateway and clients meet only in what travels between them: any Pusher server can take the gateway's place.",
      { path: "^push/([^/]+)/", pathNot: TESTS },
      { path: "^push/", pathNot: "^push/$1/" },
    ),
    forbid(
      "the-client-runs-in-a-browser",
      "What listens is loaded by pages, which know no settings and no server.",
      { path: "^push/client/", pathNot: TESTS },
      { path: "^platform/" },
    ),
    forbid(
      "the-gateway-is-a-process-of-its-own",
      "Whoever publishes speaks HTTP to it.",
      { path: "^(server|workers)/", pathNot: `${TESTS}|^workers/push-gateway/` },
      { path: "^push/gateway/" },
    ),
    forbid(
      "gateway-limits-and-protocol-are-its-ground-floor",
      "What the protocol says and what is allowed is known without anybody who is connected.",
      { path: "^push/gateway/(limits|protocol)/", pathNot: TESTS },
      { path: "^push/gateway/", pathNot: "^push/gateway/(limits/|protocol/|push-metrics)" },
    ),
    forbid(
      "channels-know-no-transport",
      "Channels are the same however a client comes and an event is published.",
      { path: "^push/gateway/(channels|backplane|webhooks)/", pathNot: TESTS },
      { path: "^push/gateway/(gateway|transports/|http-api/)" },
    ),
    forbid(
      "channels-ask-no-node",
      "Whether there are other nodes is the backplane's business: all else knows the port, and gateway.ts chooses what is behind it.",
      { path: "^push/gateway/(channels|transports|http-api|webhooks|limits|protocol)/", pathNot: TESTS },
      {
        path: "^push/gateway/backplane/",
        pathNot: "^push/gateway/backplane/(backplane|channel-subscription|local-app)[.]",
      },
    ),
    forbid(
      "a-backplane-knows-no-channel",
      "What joins the nodes acts on apps and channels through the ports of local-app.ts; of classes it knows only types.",
      { path: "^push/gateway/backplane/", pathNot: TESTS },
      { path: "^push/gateway/channels/(app-hub|channel|socket-connection|subscribe|client-messages)[.]" },
    ),
    forbid(
      "transports-and-publishers-do-not-meet",
      "Clients come over transports, publishers over the HTTP API; both act on channels.",
      { path: "^push/gateway/(transports|http-api)/", pathNot: TESTS },
      { path: "^push/gateway/(gateway|transports/|http-api/)", pathNot: "^push/gateway/$1/" },
    ),
    forbid(
      "workers-stand-alone",
      "A worker is a process of its own.",
      { path: "^workers/", pathNot: TESTS },
      { path: ["^(app|components|scripts)/", "^server/trpc/"] },
    ),
    forbid(
      "workers-do-not-share",
      "What two workers need is in workers/lib, the server or the platform.",
      { path: "^workers/([^/]+)/", pathNot: TESTS },
      { path: "^workers/", pathNot: "^workers/($1|lib)/" },
    ),
    forbid(
      "nothing-imports-a-command",
      "Scripts, benches and fault runs use the product, not the other way round; so does what they share.",
      { path: "^(app|components|db|domain|i18n|platform|push|server|workers)/", pathNot: TESTS },
      { path: "^(scripts|attacks|bench|chaos|e2e|stack|testkit)/" },
    ),
    forbid(
      "what-is-shared-stands-below",
      "The testkit and what starts processes are shared by benches, fault runs and tests, and know none of them.",
      { path: "^(stack|testkit)/" },
      { path: "^(attacks|bench|chaos|e2e)/" },
    ),
    forbid(
      "stack-knows-no-people",
      "Services and processes start without anybody who signs in, and the product's own start uses them.",
      { path: "^stack/" },
      { path: "^(scripts|testkit)/" },
    ),
    forbid(
      "faults-and-measurements-stand-apart",
      "A bench may change without a fault run: what both need is in the testkit or in stack.",
      { path: "^(bench|chaos)/" },
      { path: "^(bench|chaos)/", pathNot: "^$1/" },
    ),
    forbid(
      "the-testkit-is-for-tests",
      "Commands of an operator know no test people; only the demonstration has its own.",
      { path: "^scripts/", pathNot: TESTS },
      { path: "^testkit/" },
    ),
    forbid(
      "test-helpers-are-for-tests",
      "Factories and template databases have no place in a running system.",
      { pathNot: TESTS },
      { path: "^db/testing/|/testing/" },
    ),
  ],
  options: { doNotFollow: { path: "node_modules" } },
};
