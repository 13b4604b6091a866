// The operations of developer portals by name.

import type { Operations } from "../../../core/service.ts";
import type { Apigatewayv2 } from "../../../model/generated/apigatewayv2.d.ts";
import {
  createProductRestEndpointPage,
  deleteProductRestEndpointPage,
  getProductRestEndpointPage,
  listProductRestEndpointPages,
  updateProductRestEndpointPage,
} from "./endpoint-pages.ts";
import {
  createProductPage,
  deleteProductPage,
  getProductPage,
  listProductPages,
  updateProductPage,
} from "./pages.ts";
import {
  createPortal,
  deletePortal,
  disablePortal,
  getPortal,
  listPortals,
  previewPortal,
  publishPortal,
  updatePortal,
} from "./portals.ts";
import {
  createPortalProduct,
  deletePortalProduct,
  deletePortalProductSharingPolicy,
  getPortalProduct,
  getPortalProductSharingPolicy,
  listPortalProducts,
  putPortalProductSharingPolicy,
  updatePortalProduct,
} from "./products.ts";

export const portalOperations: Operations<Apigatewayv2> = {
  CreatePortal: createPortal,
  GetPortal: getPortal,
  ListPortals: listPortals,
  UpdatePortal: updatePortal,
  PublishPortal: publishPortal,
  PreviewPortal: previewPortal,
  DisablePortal: disablePortal,
  DeletePortal: deletePortal,
  CreatePortalProduct: createPortalProduct,
  GetPortalProduct: getPortalProduct,
  ListPortalProducts: listPortalProducts,
  UpdatePortalProduct: updatePortalProduct,
  DeletePortalProduct: deletePortalProduct,
  PutPortalProductSharingPolicy: putPortalProductSharingPolicy,
  GetPortalProductSharingPolicy: getPortalProductSharingPolicy,
  DeletePortalProductSharingPolicy: deletePortalProductSharingPolicy,
  CreateProductPage: createProductPage,
  GetProductPage: getProductPage,
  ListProductPages: listProductPages,
  UpdateProductPage: updateProductPage,
  DeleteProductPage: deleteProductPage,
  CreateProductRestEndpointPage: { waits: createProductRestEndpointPage },
  GetProductRestEndpointPage: getProductRestEndpointPage,
  ListProductRestEndpointPages: listProductRestEndpointPages,
  UpdateProductRestEndpointPage: { waits: updateProductRestEndpointPage },
  DeleteProductRestEndpointPage: deleteProductRestEndpointPage,
};
