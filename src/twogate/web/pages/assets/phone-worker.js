// Wakes with the phone and shows that something waits. What waits is asked for by the page: a message says nothing
// but that, and this worker holds no key.

const PAGE = "/.twogate/phone";

function words() {
  return new Promise((done) => {
    const asked = indexedDB.open("twogate-phone", 1);
    asked.onupgradeneeded = () => asked.transaction.abort(); // the page makes it
    asked.onerror = () => done({});
    asked.onsuccess = () => {
      const read = asked.result.transaction("words").objectStore("words").get("words");
      read.onsuccess = () => done(read.result ?? {});
      read.onerror = () => done({});
    };
  });
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  event.waitUntil((async () => {
    let sent = {};
    try {
      sent = event.data?.json() ?? {};
    } catch {
      // whatever came: something waits
    }
    const known = await words();
    await self.registration.showNotification(known.site ?? sent.title ?? "", {
      body: known.notice ?? sent.text ?? "",
      tag: sent.tag ?? "twogate",
      requireInteraction: true,
    });
  })());
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const page = open.find((one) => new URL(one.url).pathname === PAGE);
    return page ? page.focus() : self.clients.openWindow(PAGE);
  })());
});
