/** The sizes in the layouts of addresses and received messages, for guests that read and write them. */
export { MESSAGE_HEAD_BYTES, MESSAGE_HEADER_BYTES } from "../kernel/received-message.js";
export { ADDRESS_HEADER_BYTES } from "../kernel/socket-address.js";
