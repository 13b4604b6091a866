// Lifecycle policies: which images they let expire, and when that happens.

import { expect, test } from "vitest";
import { ecrCloud } from "../test-ecr.ts";
import { expired, readLifecycle } from "./policy.ts";

const day = 86_400_000;

const rule = (rulePriority: number, selection: object) => ({
  rulePriority,
  selection,
  action: { type: "expire" },
});
const policy = (...rules: readonly object[]) => JSON.stringify({ rules });

const untaggedAfterADay = rule(1, {
  tagStatus: "untagged",
  countType: "sinceImagePushed",
  countUnit: "days",
  countNumber: 1,
});
const twoOfProd = rule(2, {
  tagStatus: "tagged",
  tagPrefixList: ["prod"],
  countType: "imageCountMoreThan",
  countNumber: 2,
});
const oneOfAny = rule(3, { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1 });

const image = (digest: string, daysAgo: number, ...tags: readonly string[]) => ({
  digest,
  tags,
  pushedAt: 100 * day - daysAgo * day,
});

test("each image counts for the first rule that selects it", () => {
  const images = [
    image("a", 5),
    image("b", 0.5),
    image("c", 4, "prod-1"),
    image("d", 3, "prod-2", "v2"),
    image("e", 2, "prod-3"),
    image("f", 9, "dev"),
    image("g", 8, "dev2"),
  ];
  const rules = readLifecycle(policy(oneOfAny, twoOfProd, untaggedAfterADay));
  const gone = expired(rules, images, 100 * day).map((each) => [each.image.digest, each.rule.priority]);
  expect(gone).toEqual([
    ["a", 1],
    ["c", 2],
    ["f", 3],
  ]);
});

test("all patterns of a rule must find a tag", () => {
  const [patterns] = readLifecycle(
    policy(
      rule(1, {
        tagStatus: "tagged",
        tagPatternList: ["*-old", "team*"],
        countType: "imageCountMoreThan",
        countNumber: 1,
      }),
    ),
  );
  const images = [image("a", 2, "x-old", "team1"), image("b", 1, "team-old"), image("c", 3, "x-old")];
  expect(expired([patterns!], images, 100 * day).map((each) => each.image.digest)).toEqual(["a"]);
});

test.each([
  ["{"],
  ["{}"],
  [policy()],
  [policy(rule(0, { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1 }))],
  [policy(untaggedAfterADay, untaggedAfterADay)],
  [policy({ ...oneOfAny, rulePriority: 1 }, twoOfProd)],
  [policy(rule(1, { tagStatus: "tagged", countType: "imageCountMoreThan", countNumber: 1 }))],
  [policy(rule(1, { tagStatus: "any", countType: "sinceImagePushed", countNumber: 1 }))],
])("%s is no lifecycle policy", (text) => {
  expect(() => readLifecycle(text)).toThrow("Lifecycle policy validation failure");
});

test("images expire within a day of their time, and a preview says which", async () => {
  const { cloud, call, push } = await ecrCloud();
  const repositoryName = "app";
  await call("CreateRepository", { repositoryName });
  const old = await push(repositoryName, "one");
  await call("PutLifecyclePolicy", { repositoryName, lifecyclePolicyText: policy(untaggedAfterADay) });
  await cloud.advance(1.2 * day);
  const young = await push(repositoryName, "two");
  await call("StartLifecyclePolicyPreview", { repositoryName });
  expect(await call("GetLifecyclePolicyPreview", { repositoryName })).toMatchObject({
    status: "COMPLETE",
    previewResults: [{ imageDigest: old, action: { type: "EXPIRE" }, appliedRulePriority: 1 }],
    summary: { expiringImageTotalCount: 1 },
  });
  await cloud.advance(0.5 * day);
  expect((await call("ListImages", { repositoryName })).imageIds).toEqual([{ imageDigest: young }]);
  expect((await call("GetLifecyclePolicy", { repositoryName })).lastEvaluatedAt).toBe(
    Date.UTC(2024, 0, 1) + 1.5 * day,
  );
  await call("DeleteLifecyclePolicy", { repositoryName });
  await cloud.advance(3 * day);
  expect((await call("ListImages", { repositoryName })).imageIds).toHaveLength(1);
});
