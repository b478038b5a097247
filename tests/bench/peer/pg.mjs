// The client library, for the measuring program beside the peer.
export { default } from "pg";
