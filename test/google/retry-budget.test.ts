import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRetryBudget, type RetryBudget } from '../../shared/google/retry-budget.ts'

function grantedOf(budget: RetryBudget, asked: number): number {
  let granted = 0
  for (let i = 0; i < asked; i++) if (budget.withdraw()) granted += 1
  return granted
}

test('low traffic may retry without having earned it', () => {
  assert.equal(
    grantedOf(
      createRetryBudget(() => 0),
      50,
    ),
    20,
  )
})

test('fruitless retries stay within a tenth of the calls and the floor', () => {
  const budget = createRetryBudget(() => 0)
  let retries = 0
  for (let call = 0; call < 1_000; call++) {
    budget.deposit()
    retries += grantedOf(budget, 2)
  }
  assert.ok(retries >= 100 && retries <= 120, `${retries} retries`)
})

test('a retry that is answered costs nothing', () => {
  const budget = createRetryBudget(() => 0)
  for (let call = 0; call < 1_000; call++) {
    budget.deposit()
    assert.equal(budget.withdraw(), true)
    budget.refund()
  }
})

test('the floor comes back at two retries a second, and no further', () => {
  let time = 0
  const budget = createRetryBudget(() => time)
  assert.equal(grantedOf(budget, 50), 20)
  time = 3_500
  assert.equal(grantedOf(budget, 50), 7)
  time = 4_000
  assert.equal(grantedOf(budget, 50), 1)
  time = 3_600_000
  assert.equal(grantedOf(budget, 50), 20)
})

test('what calls earn is saved up to a hundred retries', () => {
  const budget = createRetryBudget(() => 0)
  for (let call = 0; call < 5_000; call++) budget.deposit()
  assert.equal(grantedOf(budget, 500), 100)
})
