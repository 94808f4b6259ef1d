// Conveniences only: every page reads and works without this file.

/** A button beside each command and query that puts it on the clipboard. */
for (const block of document.querySelectorAll('[data-copy]')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'copy'
  button.textContent = 'Copy'
  button.setAttribute('aria-label', `Copy ${block.dataset.copy}`)
  const text = block.querySelector('pre')
  const copied = () => {
    button.textContent = 'Copied'
  }
  const selected = () => {
    getSelection().selectAllChildren(text)
    button.textContent = 'Press Ctrl+C'
  }
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(text.textContent).then(copied, selected)
  })
  block.prepend(button)
}

/** The reader's own clock, where a moment is pointed at: the page itself speaks UTC. */
for (const time of document.querySelectorAll('time[datetime]')) {
  const local = new Date(time.dateTime)
  if (!Number.isNaN(local.valueOf())) time.title = `${local.toLocaleString()} on your clock`
}

/** Filters that are empty stay out of the address. */
for (const form of document.querySelectorAll('form[method="get"]')) {
  form.addEventListener('formdata', ({ formData }) => {
    const empty = Array.from(formData).filter(([, value]) => value === '')
    for (const [name] of empty) formData.delete(name)
  })
}

/** A page whose figures are still being made looks again, unless it is not being looked at. */
if (document.body.dataset.unfinished !== undefined) {
  setTimeout(() => {
    if (document.visibilityState === 'visible') location.reload()
    else addEventListener('visibilitychange', () => location.reload(), { once: true })
  }, 2000)
}
