/** What API Gateway sends on as the answer to a request. */
export interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}
