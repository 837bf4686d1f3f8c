// Photos of documents, made as large as they need to be before they are sent: a phone's camera writes several megabytes, where a document is
// read well on one. Which way up they are is drawn into them. Without this they are sent as they are.
//   form[data-shrinks]        the form
//   input[data-shrink]        a photo; beside it [data-shrink-status] and [data-shrink-preview]
const LONGEST = 2000;
const QUALITY = 0.85;

async function smaller(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return { canvas, blob: await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY)) };
}

for (const input of document.querySelectorAll("form[data-shrinks] input[data-shrink]")) {
  const field = input.closest(".field");
  const [status, preview] = ["status", "preview"].map((name) => field.querySelector(`[data-shrink-${name}]`));
  input.addEventListener("change", async () => {
    const file = input.files[0];
    status.textContent = "";
    preview.hidden = true;
    if (!file) return;
    try {
      const { canvas, blob } = await smaller(file);
      if (blob) {
        const chosen = new DataTransfer();
        chosen.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
        input.files = chosen.files;
      }
      preview.src = canvas.toDataURL("image/jpeg", 0.6);
      preview.hidden = false;
      status.textContent = status.dataset.textReady;
    } catch {
      // No picture that this browser can draw: the server says what is wrong with it.
    }
  });
}
