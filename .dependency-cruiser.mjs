// A second pair of eyes on the doors: an independent tool that resolves every import as Node does. The finer rules,
// with their reasons, are in tools/tidy/house.ts.

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Modules that load each other in a circle cannot be read, or replaced, one at a time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'core-stands-alone',
      comment: 'Everything rests on core; core rests on no sibling.',
      severity: 'error',
      from: { path: '^packages/core/src' },
      to: { path: '^packages/(?!core/)' },
    },
    {
      name: 'drivers-are-strangers',
      comment: 'Drivers and transports know the ports in core and nothing else of the house.',
      severity: 'error',
      from: { path: '^packages/((?:driver|transport)-[^/]+)/src' },
      to: { path: '^packages/(?!core/|$1/)' },
    },
    {
      name: 'api-and-conductor-are-strangers',
      comment: 'They meet in storage and in rpc contracts, so that each can move to a process of its own.',
      severity: 'error',
      from: { path: '^packages/core/src/(api|conductor)/' },
      to: { path: '^packages/core/src/(api|conductor)/', pathNot: '^packages/core/src/$1/' },
    },
    {
      name: 'the-agent-holds-no-database',
      comment: 'An agent on a hypervisor host sees commands and answers with reports.',
      severity: 'error',
      from: { path: '^packages/core/src/compute/' },
      to: { path: '^packages/core/src/storage/|node_modules/kysely/' },
    },
    {
      name: 'no-back-door',
      comment: 'Another package is reached through the doors that its package.json declares.',
      severity: 'error',
      from: { path: '^(packages/[^/]+|examples|bench)/' },
      to: { path: '^packages/', pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'declared',
      comment: 'What a package imports stands in its package.json.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
    {
      name: 'resolves',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    enhancedResolveOptions: {
      conditionNames: ['novakit-source', 'types', 'import', 'default'],
      exportsFields: ['exports'],
    },
  },
}
