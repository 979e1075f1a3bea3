// Native dialogs: [data-dialog-open="id"] opens, [data-dialog-close] and a press on the backdrop close.

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const opener = event.target.closest("[data-dialog-open]");
  const dialog = opener ? document.getElementById(opener.dataset.dialogOpen) : event.target.closest("dialog[open]");
  if (!(dialog instanceof HTMLDialogElement)) return;
  if (opener) dialog.showModal();
  else if (event.target === dialog || event.target.closest("[data-dialog-close]")) dialog.close();
  else return;
  event.preventDefault();
});
