import { describeScheduler } from '@novakit/core/testing'
import { filterScheduler } from '@novakit/scheduler'

describeScheduler('The default policy', () => filterScheduler())

describeScheduler('The policy nova', () => filterScheduler({ preset: 'nova' }), {
  skip: { 'spreads equal hosts over seeds': 'Nova takes the first of equals' },
})

describeScheduler('The policy pack', () => filterScheduler({ preset: 'pack' }))

describeScheduler('The policy chance', () => filterScheduler({ preset: 'chance' }), {
  skip: {
    'keeps the members of an affinity group together': 'it has no group filters',
    'keeps the members of an anti-affinity group apart': 'it has no group filters',
  },
})
