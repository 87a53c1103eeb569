// What the phone keeps: its keys, which no script can read out, in IndexedDB; and the words for its notices.

const NAME = "twogate-phone";

function database() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("devices", { keyPath: "device" });
      asked.result.createObjectStore("words");
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function through(store, mode, act) {
  const opened = await database();
  try {
    return await new Promise((done, failed) => {
      const work = opened.transaction(store, mode);
      const asked = act(work.objectStore(store));
      work.oncomplete = () => done(asked.result);
      work.onerror = work.onabort = () => failed(work.error);
    });
  } finally {
    opened.close();
  }
}

export const devices = () => through("devices", "readonly", (store) => store.getAll());
export const keep = (device) => through("devices", "readwrite", (store) => store.put(device));
export const drop = (device) => through("devices", "readwrite", (store) => store.delete(device));
export const remember = (words) => through("words", "readwrite", (store) => store.put(words, "words"));
