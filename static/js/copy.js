// <copy-text>: copies or prints what it holds; its buttons are hidden where there is no script to press them for.

customElements.define("copy-text", class extends HTMLElement {
  connectedCallback() {
    const copy = this.querySelector("[data-copy]");
    const print = this.querySelector("[data-print]");
    if (copy && navigator.clipboard) copy.hidden = false, copy.onclick = () => this.copy(copy);
    if (print) print.hidden = false, print.onclick = () => window.print();
  }

  async copy(button) {
    const lines = [...this.querySelectorAll("[data-copy-source] li, [data-copy-source]:not(:has(li))")];
    await navigator.clipboard.writeText(lines.map((line) => line.textContent.trim()).join("\n"));
    const label = button.querySelector("[data-copy-label]");
    label.setAttribute("role", "status");
    label.textContent = this.dataset.copied;
  }
});
