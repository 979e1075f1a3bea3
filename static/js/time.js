// <local-time>: the exact time on hover, in the reader's own zone and language.

customElements.define("local-time", class extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
    time.title = format.format(new Date(time.dateTime));
  }
});
