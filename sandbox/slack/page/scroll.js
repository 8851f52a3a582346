/** Keeps a reader who is at the end of a column at its end, and leaves one who scrolled up where they are. */

const NEAR = 80; // pixels

export class End {
  atEnd = true;
  reached = () => {};
  #scroller;

  /** `content` is what grows inside `scroller`; `reached` may be set, and is called when a reader gets there. */
  constructor(scroller, content) {
    this.#scroller = scroller;
    scroller.addEventListener("scroll", () => this.#look(), { passive: true });
    const observer = new ResizeObserver(() => this.settle()); // a picture arrived, or the window changed
    observer.observe(scroller);
    observer.observe(content);
  }

  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const was = this.atEnd;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.atEnd && !was) this.reached();
  }

  /** Goes to the end if the reader was there, or `always`. */
  settle(always = false) {
    const was = this.atEnd;
    this.atEnd ||= always;
    if (this.atEnd && !this.suspended) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    if (this.atEnd && !was) this.reached();
  }

  suspended = false; // App Home begins at its top
}
