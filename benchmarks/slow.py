"""One slow machine, whichever machine measures.

A factor of throttling says nothing without the machine that it is of, and a machine is not equally
fast from one minute to the next. So the browser is slowed down to a benchmark index that is always
the same, as Chrome's developer tools do to imitate phones. The index is Lighthouse's: half the sum
of how many tens of times in a second a text of 10,000 letters is put together letter by letter, and
an array of 100,000 numbers is copied number by number.
"""

from playwright.sync_api import CDPSession, Page

#: A quarter of a fast desktop. The developer tools give 1,000 to a mid-tier phone (a Pixel 5).
INDEX = 900
#: So many times the machine may be slower, one after another.
TRIES = 20
#: The index of the machine, each of its halves measured for a quarter of a second.
MEASURED = """() => {
  const tens = (task) => {
    const start = performance.now();
    let [count, passed] = [0, 0];
    while (passed < 250) {
      task(count);
      count += 1;
      passed = performance.now() - start;
    }
    return count / (passed / 1000) / 10;
  };
  const join = () => {
    let text = "";
    for (let i = 0; i < 10_000; i += 1) text += "a";
    return text.length;
  };
  const arrays = [0, 1].map(() => Array.from({length: 100_000}, (_, i) => i));
  const copy = (count) => {
    const [from, to] = count % 2 ? arrays : [arrays[1], arrays[0]];
    for (let i = 0; i < from.length; i += 1) to[i] = from[i];
  };
  return (tens(join) + tens(copy)) / 2;
}"""


def throttle(index: float) -> float:
    """How many times a machine of an index is slowed down.

    Raises
    ------
    ValueError
        If the machine is slower than the slow one.

    Examples
    --------
    >>> throttle(3600.0)
    4.0
    """
    if index < INDEX:
        raise ValueError(f"index: got {index:.0f}, expected {INDEX} at least: nothing gets faster")
    return index / INDEX


def slow_down(page: Page, devtools: CDPSession) -> None:
    """Let a page be as slow as the slow machine; moments in which this one is slower pass."""
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    for _ in range(TRIES):
        index = page.evaluate(MEASURED)
        if index >= INDEX:
            break
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": throttle(index)})
