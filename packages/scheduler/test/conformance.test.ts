import { describeScheduler } from '@novakit/core/testing'
import { filterScheduler } from '@novakit/scheduler'

describeScheduler('The default policy', () => filterScheduler())

describeScheduler('The policy nova', () => filterScheduler({ preset: 'nova' }), { spreads: false })

describeScheduler('The policy pack', () => filterScheduler({ preset: 'pack' }))

describeScheduler('The policy chance', () => filterScheduler({ preset: 'chance' }), { knowsGroups: false })
