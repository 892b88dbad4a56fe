/* Included before SQLite's sources: what wasi-libc lacks of record locks, processes and pipes to commands. */
#ifndef SECURE_EXEC_LOCKS_H
#define SECURE_EXEC_LOCKS_H

#include <fcntl.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#ifndef F_RDLCK
#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2
#endif
#ifndef F_GETLK
#define F_GETLK 12
#define F_SETLK 13
#define F_SETLKW 14
#endif

struct secure_exec_flock {
  short l_type;
  short l_whence;
  off_t l_start;
  off_t l_len;
  pid_t l_pid;
};
#define flock secure_exec_flock

/* fcntl with F_GETLK, F_SETLK and F_SETLKW. */
int secure_exec_fcntl(int fd, int command, ...);
#define fcntl secure_exec_fcntl

pid_t getpid(void);

FILE *popen(const char *command, const char *mode);
int pclose(FILE *stream);
int system(const char *command);

#endif
