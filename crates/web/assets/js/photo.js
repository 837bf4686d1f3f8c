// A reader's photo by the camera of this desk, or from the document that lies on the ID reader. Both put a picture into the form's
// file field, as if it had been chosen; the form is sent as it is without scripts.
//   [data-photo]          the form
//   [data-photo-ways]     the buttons; each is shown when this computer can do it
//   [data-photo-live]     what the camera sees; [data-photo-preview] what will be saved
//   [data-photo-status]   all words, in the language of the page
import { base, call } from "./id-reader.js";

const form = document.querySelector("form[data-photo]");
// Of what is kept: three to four, as on documents.
const WIDTH = 480;
const HEIGHT = 640;

if (form) {
  const part = (name) => form.querySelector(`[data-photo-${name}]`);
  const file = form.querySelector("input[type=file]");
  const record = form.elements["photo_record"];
  const [live, preview, status] = [part("live"), part("preview"), part("status")];
  const video = live.querySelector("video");
  const canvas = preview.querySelector("canvas");
  const devices = live.querySelector("select");
  let stream = null;

  const say = (word, kind = "info") => {
    const key = `text${word.replace(/(^|-)(.)/g, (_, __, letter) => letter.toUpperCase())}`;
    status.textContent = status.dataset[key] ?? "";
    status.dataset.kind = kind;
  };
  const tell = (text) => {
    status.textContent = text;
    status.dataset.kind = "refused";
  };

  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.srcObject = null;
    live.hidden = true;
  }

  // The largest middle part of three to four, drawn in the size that is kept.
  function draw(source, width, height, keepSize = false) {
    const wide = Math.min(width, (height * WIDTH) / HEIGHT);
    const high = (wide * HEIGHT) / WIDTH;
    [canvas.width, canvas.height] = keepSize ? [width, height] : [WIDTH, HEIGHT];
    const context = canvas.getContext("2d");
    if (keepSize) context.drawImage(source, 0, 0);
    else context.drawImage(source, (width - wide) / 2, (height - high) / 2, wide, high, 0, 0, WIDTH, HEIGHT);
  }

  function choose(blob, name) {
    const chosen = new DataTransfer();
    chosen.items.add(new File([blob], name, { type: blob.type }));
    file.files = chosen.files;
  }

  async function show(blob) {
    const picture = await createImageBitmap(blob);
    draw(picture, picture.width, picture.height, true);
    picture.close();
    preview.hidden = false;
  }

  async function open(id) {
    stop();
    preview.hidden = true;
    say("asking");
    try {
      const wanted = { width: { ideal: 1280 }, height: { ideal: 960 } };
      const camera = id ? { deviceId: { exact: id }, ...wanted } : { facingMode: "user", ...wanted };
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: camera });
    } catch (error) {
      const why = { NotAllowedError: "refused", SecurityError: "refused", NotReadableError: "busy" }[error.name] ?? "missing";
      say(why, "refused");
      return;
    }
    video.srcObject = stream;
    live.hidden = false;
    await video.play();
    const used = stream.getVideoTracks()[0].getSettings().deviceId;
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput");
    devices.replaceChildren(...cameras.map(({ deviceId, label }, at) => new Option(label || String(at + 1), deviceId, false, deviceId === used)));
    devices.hidden = cameras.length < 2;
    live.querySelector("label").hidden = devices.hidden;
    say("ready");
    part("take").focus();
  }

  function take() {
    if (!video.videoWidth) return;
    draw(video, video.videoWidth, video.videoHeight);
    stop();
    canvas.toBlob((blob) => {
      choose(blob, "photo.jpg");
      record.value = "";
      preview.hidden = false;
      part("again").hidden = false;
      say("taken", "done");
      form.querySelector("[type=submit]").focus();
    }, "image/jpeg", 0.9);
  }

  async function read(button) {
    if (button.getAttribute("aria-busy") === "true") return;
    stop();
    button.setAttribute("aria-busy", "true");
    say("reading");
    try {
      const { ok, status: code, body } = await call("/v1/photo", { method: "POST" }, 20000);
      if (!ok && body.message) return tell(body.message);
      if (code === 404 || (ok && !body.photo)) return say("no-photo", "refused");
      if (!ok) return say("failed", "refused");
      const bytes = Uint8Array.from(atob(body.photo), (character) => character.charCodeAt(0));
      const [type, name] = bytes[0] === 0x89 ? ["image/png", "photo.png"] : ["image/jpeg", "photo.jpg"];
      const blob = new Blob([bytes], { type });
      await show(blob);
      choose(blob, name);
      record.value = body.record;
      part("again").hidden = true;
      say("read", "done");
      form.querySelector("[type=submit]").focus();
    } catch (error) {
      if (error.name === "AbortError") say("timeout", "refused");
      else say(error instanceof TypeError ? "unreachable" : "failed", "refused");
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  const ways = [[part("camera"), navigator.mediaDevices?.getUserMedia], [part("reader"), base]];
  for (const [button, can] of ways) button.hidden = !can;
  part("ways").hidden = ways.every(([, can]) => !can);
  part("camera").addEventListener("click", () => open());
  part("again").addEventListener("click", () => open());
  part("take").addEventListener("click", take);
  part("stop").addEventListener("click", () => {
    stop();
    say("");
    part("camera").focus();
  });
  part("reader").addEventListener("click", () => read(part("reader")));
  devices.addEventListener("change", () => open(devices.value));
  file.addEventListener("change", async () => {
    record.value = "";
    stop();
    preview.hidden = true;
    const chosen = file.files[0];
    if (!chosen) return say("");
    part("again").hidden = true;
    await show(chosen).then(() => say("chosen", "done"), () => say("no-picture", "refused"));
  });
  window.addEventListener("pagehide", stop);
}
