// <copy-text>: copies, downloads or prints what it holds; its buttons are hidden where there is no script to press them for.

customElements.define("copy-text", class extends HTMLElement {
  connectedCallback() {
    const copy = this.querySelector("[data-copy]");
    const download = this.querySelector("[data-download]");
    const print = this.querySelector("[data-print]");
    if (copy && navigator.clipboard) copy.hidden = false, copy.onclick = () => this.copy(copy);
    if (download) download.hidden = false, download.onclick = () => this.download(download.dataset.download);
    if (print) print.hidden = false, print.onclick = () => window.print();
    if (this.dataset.instead) this.showOnce();
  }

  get text() {
    const lines = [...this.querySelectorAll("[data-copy-source] li, [data-copy-source]:not(:has(li))")];
    return lines.map((line) => line.textContent.trim()).join("\n");
  }

  async copy(button) {
    await navigator.clipboard.writeText(this.text);
    const label = button.querySelector("[data-copy-label]");
    label.setAttribute("role", "status");
    label.textContent = this.dataset.copied;
  }

  // From what the page has: no address, and so no list of downloads, ever holds a secret.
  download(name) {
    const href = URL.createObjectURL(new Blob([`${this.text}\n`], { type: "text/plain" }));
    Object.assign(document.createElement("a"), { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
  }

  // Whoever goes back is told that it was shown, not asked to send the form again; nor does a browser keep the page.
  showOnce() {
    history.replaceState(null, "", this.dataset.instead);
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }
});
