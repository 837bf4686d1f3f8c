// Everything here improves a page that already works without it. Each part looks for its own marks and does nothing when there are none.
import "./theme.js";
import "./keys.js";
import "./scan.js";
import "./id-reader.js";
import "./open-form.js";
import "./photo.js";
import "./calls.js";
import "./print.js";
