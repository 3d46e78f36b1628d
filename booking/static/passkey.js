// Asks the browser for a passkey: to sign in, or to make a new one. What is asked
// stands in the form; the answer goes back in its hidden field. Nothing is fetched.
"use strict";

const form = document.querySelector("form[data-passkey]");
const button = form.querySelector("button");

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

function readable(options) {
  const ids = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) {
    read.user = { ...options.user, id: bytes(options.user.id) };
    read.excludeCredentials = ids(options.excludeCredentials);
  } else {
    read.allowCredentials = ids(options.allowCredentials);
  }
  return read;
}

function sendable(key) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[name]) response[name] = text(key.response[name]);
  }
  return JSON.stringify({
    id: key.id,
    rawId: text(key.rawId),
    type: key.type,
    response,
    clientExtensionResults: {},
  });
}

async function ask() {
  const publicKey = readable(JSON.parse(form.dataset.passkey));
  button.disabled = true;
  try {
    const asked = publicKey.user ? "create" : "get";
    form.elements.answer.value = sendable(await navigator.credentials[asked]({ publicKey }));
    form.submit();
  } catch {
    document.getElementById("not-answered").hidden = false;
  } finally {
    button.disabled = false;
  }
}

if (window.PublicKeyCredential) {
  form.hidden = false;
  document.getElementById("no-script").hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  if (form.dataset.atOnce) ask();
}
