// <count-down data-seconds="45">: its button waits until the clock is at zero. The server enforces the wait, this only shows it.

customElements.define("count-down", class extends HTMLElement {
  connectedCallback() {
    this.endsAt = Date.now() + Number(this.dataset.seconds) * 1000;
    if (!(Number(this.dataset.seconds) > 0)) return;
    this.querySelector("[data-plain]").hidden = true;
    this.querySelector("[data-running]").hidden = false;
    this.querySelector("button").disabled = true;
    this.timer = setInterval(() => this.tick(), 250);
    this.tick();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  tick() {
    const left = Math.max(0, Math.ceil((this.endsAt - Date.now()) / 1000));
    this.querySelector("[data-clock]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left > 0) return;
    clearInterval(this.timer);
    this.querySelector("[data-running]").hidden = true;
    this.querySelector("button").disabled = false;
  }
});
