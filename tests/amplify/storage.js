// What an app does with Amplify's own libraries, configured with amplify_outputs.json and no more.
import { Amplify } from "aws-amplify";
import { fetchAuthSession, signIn, signOut } from "aws-amplify/auth";
import { getUrl, list, remove, uploadData } from "aws-amplify/storage";

const path = ({ identityId }) => `users/${identityId}/from-amplify.jpg`;
const everything = ({ identityId }) => `users/${identityId}/`;

globalThis.uploadWithAmplify = async (outputs, email, password, photo, padding) => {
  Amplify.configure(outputs);
  await signIn({ username: email, password });
  const progress = [];
  const bytes = Uint8Array.from(atob(photo), (letter) => letter.charCodeAt(0));
  const data = new Blob([bytes, new Uint8Array(padding)], { type: "image/jpeg" });
  await uploadData({
    path,
    data,
    options: {
      contentType: "image/jpeg",
      onProgress: ({ transferredBytes }) => progress.push(transferredBytes),
    },
  }).result;
  const { identityId } = await fetchAuthSession();
  const { items } = await list({ path: everything });
  const { url } = await getUrl({ path });
  const fetched = await (await fetch(url)).blob();
  return {
    identityId,
    progress,
    size: data.size,
    fetched: fetched.size,
    listed: items.map((item) => ({ path: item.path, size: item.size })),
  };
};

globalThis.fetchResultsWithAmplify = async () => {
  const { items } = await list({ path: everything, options: { bucket: "processed" } });
  const thumbnail = items.find((item) => item.path.endsWith("/thumbnail-240.webp"));
  const { url } = await getUrl({ path: thumbnail.path, options: { bucket: "processed" } });
  const answer = await fetch(url);
  await remove({ path });
  await signOut();
  return { paths: items.map((item) => item.path), type: answer.headers.get("content-type") };
};
