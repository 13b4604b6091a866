// The rules for names of new buckets
// (docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).

const form = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const address = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const reserved = /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

export function isBucketName(name: string): boolean {
  return form.test(name) && !name.includes("..") && !address.test(name) && !reserved.test(name);
}
