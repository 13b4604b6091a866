// An event as EventBridge writes it: the envelope around a detail. It is kept as
// text, for that is what targets receive; the detail is copied, not reformed.

export interface Envelope {
  readonly id: string;
  readonly detailType: string;
  readonly source: string;
  readonly account: string;
  /** Epoch milliseconds; shown in seconds. */
  readonly time: number;
  readonly region: string;
  readonly resources: readonly string[];
  /** JSON text of an object. */
  readonly detail: string;
  readonly replayName?: string | undefined;
}

export function eventText(event: Envelope): string {
  const { id, detailType, source, account, time, region, resources, detail, replayName } = event;
  return `{"version":"0","id":"${id}","detail-type":${JSON.stringify(detailType)},"source":${JSON.stringify(source)},"account":"${account}","time":"${isoSeconds(time)}","region":"${region}","resources":${JSON.stringify(resources)},"detail":${compact(detail)}${replayName === undefined ? "" : `,"replay-name":${JSON.stringify(replayName)}`}}`;
}

/** What patterns see: the event, without parsing again what was written just now. */
export function eventValue(event: Envelope, detail: object): object {
  const { id, detailType, source, account, time, region, resources, replayName } = event;
  return {
    version: "0",
    id,
    "detail-type": detailType,
    source,
    account,
    time: isoSeconds(time),
    region,
    resources,
    detail,
    ...(replayName === undefined ? {} : { "replay-name": replayName }),
  };
}

function isoSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** Takes the space between tokens away; numbers and strings stay as they were written. */
export function compact(json: string): string {
  if (!/[\s]/.test(json)) return json;
  return json.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (token) => (token.startsWith('"') ? token : ""));
}
