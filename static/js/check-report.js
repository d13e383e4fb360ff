// Whether a file is this report, compared on the reader's own machine: the file is never sent.
(() => {
  const box = document.querySelector("[data-check]");
  if (!box || !("DecompressionStream" in window)) return;
  const number = box.dataset.check;
  const status = box.querySelector("[role=status]");
  const MOST_DIFFERENCES = 20;

  const bytesOf = async (address) => new Uint8Array(await (await fetch(address)).arrayBuffer());
  const isSame = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
  const sorted = (key, value) => (value && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value);
  const inOneOrder = (value) => JSON.stringify(value, sorted);

  // The only part of a PDF that is a report's JSON; packed, or as it is.
  const attachedTo = async (file) => {
    const letters = new TextDecoder("latin1").decode(file);
    for (const found of letters.matchAll(/stream\r?\n/g)) {
      if (letters.slice(found.index - 3, found.index) === "end") continue;
      const begins = found.index + found[0].length;
      const part = file.slice(begins, letters.indexOf("endstream", begins));
      const isPacked = part[0] !== 0x7b;
      const end = part.at(-2) === 0x0d ? part.length - 2 : part.at(-1) === 0x0a ? part.length - 1 : part.length;
      const body = new Blob([part.slice(0, end)]).stream();
      const text = await new Response(isPacked ? body.pipeThrough(new DecompressionStream("deflate")) : body).text().catch(() => "");
      if (text.startsWith("{") && text.includes('"sha256"')) return text;
    }
    throw new SyntaxError();
  };

  const flat = (value, path = "", label = "") => {
    if (!value || typeof value !== "object") return [[path, [label || path.slice(1), value]]];
    return Object.entries(value).flatMap(([key, inside]) => {
      const name = inside?.label ?? inside?.reason ?? label;
      return flat(inside, `${path}/${inside?.id ?? key}`, name);
    });
  };
  const differences = (claimed, recognised) => {
    const [theirs, ours] = [new Map(flat(claimed)), new Map(flat(recognised))];
    return [...new Set([...ours.keys(), ...theirs.keys()])]
      .filter((path) => theirs.get(path)?.[1] !== ours.get(path)?.[1] && !/sha256$/.test(path))
      .map((path) => [(ours.get(path) ?? theirs.get(path))[0], theirs.get(path)?.[1], ours.get(path)?.[1]]);
  };

  // What the signature in a file says: of this report, by a published key, over all that stands in it.
  const utf8 = (text) => new TextEncoder().encode(text);
  const bytesIn = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const jsonIn = (text) => JSON.parse(new TextDecoder().decode(bytesIn(text)));
  const sealOf = async ({ sha256, signature, ...rest }) => {
    if (!signature) return "unsigned";
    if (!crypto.subtle) return "unable"; // a browser has it where the address is safe
    const { keys } = await (await fetch("/.well-known/jwks.json")).json();
    try {
      const [head, body, tail] = signature.split(".");
      const key = await crypto.subtle.importKey("jwk", keys.find(({ kid }) => kid === jsonIn(head).kid), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
      const isOurs = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytesIn(tail), utf8(`${head}.${body}`));
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(inOneOrder(rest))));
      const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
      const said = jsonIn(body);
      return isOurs && said.event === "recognised" && said.number === rest.number && said.sha256 === sha256 && sha256 === found ? "signed" : "forged";
    } catch {
      return "forged";
    }
  };

  // Whether the log says of a PDF that these are its own bytes: one of an earlier day is, a changed page isn't.
  const isPrinted = async (given) => {
    if (!crypto.subtle) return false;
    const hash = Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", given)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const lines = (await (await fetch("/reports/log.jsonl")).text()).trim().split("\n").map((line) => JSON.parse(line));
    return lines.some((line) => line.event === "printed" && line.number === number && line.pdf_sha256 === hash);
  };

  const say = (answer, { rows = [], other = "", seal = "" } = {}) => {
    const said = box.querySelector(`template[data-answer=${answer}]`).content.cloneNode(true);
    const body = said.querySelector("tbody");
    rows.slice(0, MOST_DIFFERENCES).forEach((cells) => {
      const row = body.insertRow();
      cells.forEach((cell) => { row.insertCell().textContent = cell ?? "–"; });
    });
    if (body) body.parentElement.hidden = rows.length === 0;
    if (seal) said.firstElementChild.append(box.querySelector(`template[data-seal=${seal}]`).content.cloneNode(true));
    const link = said.querySelector("[data-other]");
    if (link) Object.assign(link, { textContent: other, href: `/reports/${encodeURIComponent(other)}#check` });
    status.replaceChildren(said);
    status.focus();
  };

  const check = async (file) => {
    const given = new Uint8Array(await file.arrayBuffer());
    const isPaper = new TextDecoder().decode(given.slice(0, 5)) === "%PDF-";
    const claimed = JSON.parse(isPaper ? await attachedTo(given) : new TextDecoder().decode(given));
    if (claimed.number !== number) return [claimed.number ? "other" : "unread", { other: String(claimed.number) }];
    const seal = await sealOf(claimed);
    if (isPaper && await isPrinted(given)) return ["same", { seal }];
    if (isSame(given, await bytesOf(`/reports/${number}.${isPaper ? "pdf" : "json"}`))) return ["same", { seal }];
    const recognised = await (await fetch(`/reports/${number}.json`)).json();
    if (!claimed.signature) delete recognised.signature; // a file from before
    const isWhole = seal === "signed" || inOneOrder(claimed) === inOneOrder(recognised);
    if (isWhole) return [isPaper ? "pages" : "written", { seal }];
    return ["changed", { rows: differences(claimed, recognised) }];
  };

  box.hidden = false;
  // What is said is about the file that was chosen last, also when an earlier one took longer.
  box.querySelector("[type=file]").addEventListener("change", async ({ target }) => {
    const file = target.files[0];
    if (!file) return;
    const answer = await check(file).catch((error) => [error instanceof SyntaxError ? "unread" : "unreached"]);
    if (file === target.files[0]) say(...answer);
  });
})();
