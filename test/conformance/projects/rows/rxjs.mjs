import {
  catchError,
  concatMap,
  delay,
  from,
  interval,
  lastValueFrom,
  map,
  of,
  reduce,
  take,
  throwError,
} from "rxjs";

console.log(
  await lastValueFrom(
    from([1, 2, 3]).pipe(
      concatMap((n) => of(n * 2).pipe(delay(1))),
      reduce((a, b) => a + b),
    ),
  ),
);
console.log(
  await lastValueFrom(
    interval(1).pipe(
      take(3),
      map((n) => n + 1),
    ),
  ),
);
console.log(
  await lastValueFrom(
    throwError(() => new Error("x")).pipe(catchError((error) => of(error.message))),
  ),
);
