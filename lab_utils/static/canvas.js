// A sheet of paper to draw on with mouse, pen or touch, or to put a photo on.
// What is drawn goes to Python as strokes: lists of [x, y] in pixels of the sheet.

const PEN = 4;
const LONGEST_SIDE = 2400;

function button(text, title) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.title = title;
  return element;
}

function paint(context, strokes, width, height, picture) {
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, width, height);
  if (picture) {
    const scale = Math.min(width / picture.width, height / picture.height);
    const size = [picture.width * scale, picture.height * scale];
    context.drawImage(picture, (width - size[0]) / 2, (height - size[1]) / 2, ...size);
  }
  context.strokeStyle = context.fillStyle = "#15202b";
  context.lineWidth = PEN;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) {
    context.beginPath();
    if (stroke.length === 1) {
      context.arc(stroke[0][0], stroke[0][1], PEN / 2, 0, 2 * Math.PI);
      context.fill();
      continue;
    }
    stroke.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.stroke();
  }
}

async function shrink(file) {
  // The browser turns the photo upright and keeps it small enough for one message.
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
  return { canvas, bytes: new DataView(await blob.arrayBuffer()) };
}

function render({ model, el }) {
  const width = model.get("width");
  const height = model.get("height");
  const root = document.createElement("div");
  root.className = "lab-canvas";
  const sheet = document.createElement("canvas");
  const ratio = Math.max(1, window.devicePixelRatio || 1);
  sheet.width = Math.round(width * ratio);
  sheet.height = Math.round(height * ratio);
  sheet.style.aspectRatio = `${width} / ${height}`;
  sheet.style.maxWidth = `${width}px`;
  sheet.setAttribute("role", "img");
  sheet.setAttribute("aria-label", "A sheet to write a line on with mouse, pen or finger");
  const context = sheet.getContext("2d");
  context.scale(ratio, ratio);

  const bar = document.createElement("div");
  bar.className = "lab-canvas-bar";
  const undo = button("Undo", "Take the last stroke back");
  const clear = button("Clear", "Take everything back");
  const photo = button("Use a photo", "Choose a picture of a page or a line");
  const status = document.createElement("span");
  status.className = "lab-canvas-status";
  status.setAttribute("role", "status");
  const chooser = document.createElement("input");
  chooser.type = "file";
  chooser.accept = "image/*";
  chooser.hidden = true;
  bar.append(undo, clear, photo, chooser, status);
  root.append(sheet, bar);
  el.append(root);

  let strokes = structuredClone(model.get("strokes") || []);
  let picture = null;
  let current = null;

  function refresh() {
    paint(context, strokes, width, height, picture);
    undo.disabled = !strokes.length;
    clear.disabled = !strokes.length && !picture;
    const count = `${strokes.length} stroke${strokes.length === 1 ? "" : "s"}`;
    status.textContent = picture
      ? "Photo ready: run the next cell"
      : strokes.length
        ? `${count}: run the next cell`
        : "Write a line here, then run the next cell";
  }

  function send() {
    model.set("strokes", structuredClone(strokes));
    model.save_changes();
    refresh();
  }

  function dropPhoto() {
    if (!picture) return;
    picture = null;
    model.set("photo", new DataView(new ArrayBuffer(0)));
  }

  function point(event) {
    const box = sheet.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    const y = ((event.clientY - box.top) / box.height) * height;
    return [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
  }

  sheet.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
    dropPhoto();
    current = [point(event)];
    strokes.push(current);
    refresh();
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!current) return;
    const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const step of events.length ? events : [event]) current.push(point(step));
    refresh();
  });
  for (const name of ["pointerup", "pointercancel"]) {
    sheet.addEventListener(name, () => {
      if (!current) return;
      current = null;
      send();
    });
  }
  undo.addEventListener("click", () => {
    strokes.pop();
    send();
  });
  clear.addEventListener("click", () => {
    strokes = [];
    dropPhoto();
    send();
  });
  photo.addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", async () => {
    const file = chooser.files[0];
    chooser.value = "";
    if (!file) return;
    try {
      const { canvas, bytes } = await shrink(file);
      strokes = [];
      picture = canvas;
      model.set("photo", bytes);
      send();
    } catch {
      status.textContent = "This file is no picture that the browser can open";
    }
  });
  refresh();
}

export default { render };
