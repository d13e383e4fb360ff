// A screen that stands in a room: it renews its code by itself, and takes cards from a scanner or the camera.
(() => {
  const at = (id, page = document) => page.getElementById(id);
  const SHOWN = 5000, TOO_OLD = 60000;
  const field = at("card"), form = at("card-form");
  let renewed = Date.now(), waiting = 0, clearing = 0;

  const show = (answer, ids) => answer.text().then((text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    if (!at("screen", page) || !at("card", page) !== !field) return location.replace(location.pathname);
    ids.forEach((id) => {
      const now = at(id), next = at(id, page);
      if (!now || now.innerHTML === next.innerHTML) return;
      now.innerHTML = next.innerHTML;
      now.className = next.className;
    });
    at("screen").dataset.next = at("screen", page).dataset.next;
    renewed = Date.now();
  });
  const say = () => (at("said") || at("screen")).replaceChildren(at("no-connection").content.cloneNode(true));

  // With the next code, and every five seconds for the number of people who came.
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(renew, Math.min(5, +at("screen").dataset.next + .3) * 1000);
  };
  const renew = (ids = ["screen"]) => fetch(location.pathname, { cache: "no-store" })
    .then((answer) => show(answer, Array.isArray(ids) ? ids : ["screen"]))
    .catch(() => { if (Date.now() - renewed > TOO_OLD) { at("screen").replaceChildren(); say(); } })
    .finally(later);
  later();
  if (!form) return;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = new FormData(form);
    field.value = "";
    clearTimeout(clearing);
    fetch(form.action, { method: "POST", body }).then((answer) => show(answer, ["said", "screen"])).catch(say)
      .finally(() => { clearing = setTimeout(renew, SHOWN, ["said", "screen"]); });
  });

  // Whatever a scanner types goes into the field, wherever somebody tapped before.
  field.inputMode = "none";
  field.focus();
  document.addEventListener("keydown", (event) => {
    if (event.key.length === 1 && event.key !== " ") field.focus();
  });

  const button = at("use-camera"), video = at("camera");
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } });
    } catch { return; }
    button.hidden = true;
    video.hidden = false;
    await video.play();
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    let last = "";
    setInterval(async () => {
      const [code] = await detector.detect(video).catch(() => []);
      if (!code || code.rawValue === last) return;
      last = code.rawValue;
      setTimeout(() => { last = ""; }, SHOWN);
      field.value = last;
      form.requestSubmit();
    }, 400);
  });
})();
