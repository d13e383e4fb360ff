// A picture that was just chosen, to tap what may not be cut off; the two fields beside it say the same, and work without this.
(() => {
  const shown = document.querySelector("[data-point]");
  const [file, across, down] = ["file", "across", "down"].map((name) => document.querySelector(`main [name=${name}]`));
  const canvas = shown.querySelector("canvas");
  const brush = canvas.getContext("2d");
  let picture = null;
  const draw = () => {
    if (!picture) return;
    brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
    brush.lineWidth = 5;
    [["#fff", 22], ["#000", 27]].forEach(([colour, size]) => {
      brush.strokeStyle = colour;
      brush.beginPath();
      brush.arc((across.value / 100) * canvas.width, (down.value / 100) * canvas.height, size, 0, 7);
      brush.stroke();
    });
  };
  file.addEventListener("change", async () => {
    picture = file.files.length ? await createImageBitmap(file.files[0]).catch(() => null) : null;
    shown.hidden = !picture;
    if (picture) canvas.height = Math.round((canvas.width * picture.height) / picture.width);
    draw();
  });
  canvas.addEventListener("click", (event) => {
    across.value = Math.round((100 * event.offsetX) / canvas.clientWidth);
    down.value = Math.round((100 * event.offsetY) / canvas.clientHeight);
    draw();
  });
  [across, down].forEach((field) => field.addEventListener("input", draw));
})();
