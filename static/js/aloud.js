// Reads what an activity says about itself with the browser's own voice, each piece in its language; shown only where there is one.
(() => {
  const button = document.querySelector("[data-aloud]");
  const speech = window.speechSynthesis;
  if (!button || !speech) return;
  const voiceOf = (piece) => {
    const language = piece.closest("[lang]").lang.slice(0, 2);
    return speech.getVoices().find((voice) => voice.lang.slice(0, 2).toLowerCase() === language);
  };
  const pieces = () => [...document.querySelectorAll("[data-said]")].filter((piece) => !piece.closest("[hidden]") && voiceOf(piece));
  const show = () => { button.parentElement.hidden = !pieces().length; };
  const reads = (does) => button.setAttribute("aria-pressed", does);
  button.addEventListener("click", () => {
    const wasReading = button.getAttribute("aria-pressed") === "true";
    speech.cancel();
    reads(!wasReading);
    if (wasReading) return;
    const said = pieces().map((piece) => {
      const voice = voiceOf(piece);
      return Object.assign(new SpeechSynthesisUtterance(piece.innerText), { voice, lang: voice.lang });
    });
    said.at(-1).onend = () => reads(false);
    said.forEach((one) => speech.speak(one));
  });
  speech.addEventListener?.("voiceschanged", show);
  addEventListener("pagehide", () => speech.cancel());
  show();
})();
