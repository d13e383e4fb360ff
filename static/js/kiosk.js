// A screen that stands in a room: it renews its code by itself, and takes cards from a scanner or the camera.
(() => {
  const at = (id, page = document) => page.getElementById(id);
  const SHOWN = 5000, TOO_OLD = 60000, RENEWED = "[data-renew]", ALL = "#said, [data-renew]";
  const field = at("card"), form = at("card-form");
  let renewed = Date.now(), waiting = 0, clearing = 0, isLost = false;

  // Takes these parts of a page that came in the place of those that are here.
  const show = async (answer, parts) => {
    if (answer.status >= 500) throw answer;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // It opened, it is over, or nobody is signed in any more: then it is another page.
    if (!at("code", page) || !at("qr", page) !== !at("qr")) return location.replace(location.pathname);
    document.querySelectorAll(parts).forEach((now) => {
      const next = at(now.id, page);
      now.className = next.className;
      if (now.innerHTML !== next.innerHTML) now.innerHTML = next.innerHTML;
    });
    at("code").dataset.next = at("code", page).dataset.next;
    renewed = Date.now();
    isLost = false;
  };
  const say = () => {
    isLost = true;
    (at("said") || at("code")).replaceChildren(at("no-connection").content.cloneNode(true));
  };

  // With the next code, and every five seconds for the number of people who came.
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(renew, Math.min(5, +at("code").dataset.next + .3) * 1000, RENEWED);
  };
  const renew = (parts) => fetch(location.pathname, { cache: "no-store" })
    .then((answer) => show(answer, isLost ? ALL : parts))
    .catch(() => {
      if (Date.now() - renewed < TOO_OLD) return;
      ["code", "qr"].forEach((id) => at(id)?.replaceChildren()); // an old code helps nobody
      say();
    })
    .finally(later);
  later();
  if (!form) return;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = new FormData(form);
    field.value = "";
    clearTimeout(clearing);
    fetch(form.action, { method: "POST", body }).then((answer) => show(answer, ALL)).catch(say)
      .finally(() => { clearing = setTimeout(renew, SHOWN, ALL); });
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
