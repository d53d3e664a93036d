/** Our provider: the whole service in this process, in development mode, with one member. */
import { goodPassword } from "../../../core/testing/client.ts";
import { type TestService, testService, type TestServiceOptions } from "../../../core/testing/service.ts";
import type { Provider } from "./stage.ts";

export interface OurProvider extends Provider {
  service: TestService;
}

export async function startOurs(options: TestServiceOptions = {}): Promise<OurProvider> {
  const service = await testService(options);
  try {
    const { email } = await service.client.newMember();
    return {
      name: "ours",
      issuer: service.url,
      person: { email, password: goodPassword },
      service,
      [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
    };
  } catch (error) {
    await service[Symbol.asyncDispose]();
    throw error;
  }
}
