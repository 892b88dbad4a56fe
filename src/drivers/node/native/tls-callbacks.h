// The functions that OpenSSL calls, for those who set them.
#pragma once

#include "tls.h"

#ifdef SECURE_EXEC_HAS_TLS

namespace secure_exec {

void OnInfo(const SSL* ssl, int where, int);
int OnCertificate(SSL* ssl, void*);
void OnKeylog(const SSL* ssl, const char* line);
int OnAlpn(SSL* ssl, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned int in_size, void*);
unsigned int OnServerPsk(SSL* ssl, const char* identity, unsigned char* key, unsigned int key_max);
unsigned int OnClientPsk(SSL* ssl, const char* hint, char* identity, unsigned int identity_max, unsigned char* key,
                         unsigned int key_max);
void OnTrace(int is_written, int version, int type, const void* data, size_t size, SSL* ssl, void*);
// Programs verify peers by themselves, after the handshake.
int OnVerify(int, X509_STORE_CTX*);
// What OpenSSL has found counts. No callback at all would leave the one that is there.
int OnStrictVerify(int is_good, X509_STORE_CTX*);
// Peers of the session are held against what `ctx` trusts.
bool UseStoreOf(TlsSession* session, SSL_CTX* ctx);

}  // namespace secure_exec

#endif
